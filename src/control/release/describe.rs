//! Events in words that follow "the release `r`".

use core::fmt;

use super::{Content, Event};

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noted = |f: &mut fmt::Formatter<'_>, note: &Option<_>| match note {
            Some(note) => write!(f, ": {note}"),
            None => Ok(()),
        };
        match self {
            Self::Planned { manifest } => {
                write!(f, "was planned: the {} `{}`", manifest.kind.name(), manifest.version)?;
                write!(f, " for `{}`", manifest.environment)?;
                match &manifest.content {
                    Content::Copy { of, .. } => write!(f, ", a copy of `{of}`"),
                    Content::Rollout { .. } => Ok(()),
                }
            }
            Self::Changed { after, .. } => {
                write!(f, "was planned anew: the {} `{}`", after.kind.name(), after.version)
            }
            Self::Approved { by, phase: None } => write!(f, "may start, says `{by}`"),
            Self::Approved { by, phase: Some(phase) } => write!(f, "may end its phase {}, says `{by}`", phase + 1),
            Self::Started => f.write_str("started"),
            Self::PhaseBegan { phase, exposure, .. } => {
                write!(f, "serves {} % in phase {}", exposure.percent(), phase + 1)
            }
            Self::Paused { .. } => f.write_str("is paused"),
            Self::Resumed => f.write_str("goes on"),
            Self::Released { .. } => f.write_str("is released"),
            Self::Superseded { by } => write!(f, "is superseded by `{by}`"),
            Self::Reinstated => f.write_str("is the one that runs again"),
            Self::RollbackBegan { to, reason, .. } => {
                match to {
                    Some(to) => write!(f, "is rolled back to `{to}`")?,
                    None => f.write_str("is rolled back to nothing, for none ran before")?,
                }
                noted(f, reason)
            }
            Self::Asked { step, attempt: 1, .. } => write!(f, "waits for `{step}`"),
            Self::Asked { step, attempt, .. } => write!(f, "waits for `{step}`, asked {attempt} times"),
            Self::Done { step } => write!(f, "has `{step}` done"),
            Self::StepFailed { step, note } => {
                write!(f, "had `{step}` fail")?;
                noted(f, note)
            }
            Self::VerificationFailed { step, is_late: true, .. } => write!(f, "got no word of `{step}` in time"),
            Self::VerificationFailed { step, note, .. } => {
                write!(f, "is not known to be well after `{step}`")?;
                noted(f, note)
            }
            Self::RolledBack => f.write_str("is rolled back, and all is well"),
            Self::Cancelled => f.write_str("is called off"),
        }
    }
}
