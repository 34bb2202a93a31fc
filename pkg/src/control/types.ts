/** The forms of commands, events and figures, as the core reads and writes them. Written by `cargo xtask types`. */

import type { Diagnostic } from "../engine/errors.js";
import type { Flag, Holdout, JsonObject, JsonValue, Layer, Ring, Segment, Service } from "../engine/snapshot-types.js";

/** A part of a snapshot, or some members of one. */
export type Document = JsonObject | Partial<Flag> | Partial<Segment> | Partial<Layer> | Partial<Holdout> | Partial<Service> | Ring;

/** What is wished. */
export type Action =
  | {
      readonly type: "createWorkspace";
      /** Random: tells the histories of two workspaces apart. */
      readonly lineage: string;
      /** Its first environments. */
      readonly environments: readonly string[];
    }
  | {
      readonly type: "addEnvironment";
      /** Its name. */
      readonly environment: string;
    }
  | {
      readonly type: "create";
      /** What it is. */
      readonly part: PartKind;
      /** Its key, which was never used before for a part of this kind. */
      readonly key: string;
      /** As in a snapshot. */
      readonly value: Document;
    }
  | {
      readonly type: "createFlag";
      /** Its key. */
      readonly key: string;
      /** The usual kind. */
      readonly preset: FlagPreset;
    }
  | {
      readonly type: "change";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
      /** For one environment alone, over what is authored for all. */
      readonly environment?: string | null;
      /** The members by name, as in a snapshot; null takes one away. In an environment that means: as authored for all. */
      readonly set: Document;
      /** Why units may be drawn anew, where the change does that. */
      readonly despite?: string | null;
    }
  | {
      readonly type: "all";
      /** None of them is this one again. */
      readonly actions: readonly Action[];
    }
  | {
      readonly type: "archive";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
    }
  | {
      readonly type: "restore";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
    }
  | {
      readonly type: "setRings";
      /** As in a snapshot. */
      readonly rings: readonly Document[];
    }
  | {
      readonly type: "rollout";
      /** The host's id of the rollout. */
      readonly rollout: string;
      /** What is wished of it. */
      readonly command: RolloutCommand;
    }
  | {
      readonly type: "deployment";
      /** The host's id of the deployment. */
      readonly deployment: string;
      /** What is wished of it. */
      readonly command: DeploymentCommand;
    }
  | {
      readonly type: "program";
      /** The host's id of the program. */
      readonly program: string;
      /** What is wished of it. */
      readonly command: ProgramCommand;
    }
  | {
      readonly type: "release";
      /** The host's id of the release. */
      readonly release: string;
      /** What is wished of it. */
      readonly command: ReleaseCommand;
    }
  | { readonly type: "tick" }
  | {
      readonly type: "kill";
      /** Where. */
      readonly environment: string;
      /** What. */
      readonly targets: readonly KillTarget[];
    }
  | {
      readonly type: "lift";
      /** Where. */
      readonly environment: string;
      /** What. */
      readonly targets: readonly KillTarget[];
    };

/** The same, adjusted for a covariate. */
export type Adjusted = {
  /** How much of the outcome a unit of the covariate explains. */
  readonly theta: number;
  /** The share of the variance that the covariate took away, from 0 to 1. */
  readonly varianceReduction: number;
  /** Arm minus control, in units of the metric. */
  readonly difference: Ranged;
  /** Arm by control minus 1; none where the control's value is not surely above 0. */
  readonly lift: Ranged | null;
  /** The probability of chance alone: at this look, or, for a sequential experiment, over all looks. */
  readonly pValue: number;
};

/** A share of different units of different units. */
export type Adoption = {
  /** About how many different units adopted. */
  readonly adopters: number;
  /** About how many different units could have, all adopters among them. */
  readonly eligible: number;
  /** About how many adopters were never counted as eligible. Much of it says that the two are not counted alike. */
  readonly uncounted: number;
  /** Adopters of eligible, from 0 to 1; null without anyone eligible. */
  readonly share: number | null;
  /**
   * How far the sketches may have moved the share: the interval at the confidence that was asked for, from the
   * stated error of both, as if each erred against the other.
   */
  readonly interval: Interval | null;
  /** The same as a word. */
  readonly level: Engagement | null;
};

/** The same by slots of time. */
export type AdoptionInWindowQuestion = {
  /** Those who did. */
  readonly adopters: Window<Distinct>;
  /** Those who could. */
  readonly eligible: Window<Distinct>;
  /** The span before now, in milliseconds. */
  readonly spanMs: number;
  /** The confidence of the interval, between 0 and 1; 0.95 unless it is said. */
  readonly confidence?: number;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** Those who did, and those who could. */
export type AdoptionQuestion = {
  /** Those who did. */
  readonly adopters: Distinct;
  /** Those who could. */
  readonly eligible: Distinct;
  /** The confidence of the interval, between 0 and 1; 0.95 unless it is said. */
  readonly confidence?: number;
};

/** Whether an alert begins or is over. */
export type AlertChange = "raised" | "cleared";

/** What an alert is about. Each kind of a rule has its own cool-down. */
export type AlertKind = "warn" | "critical" | "stale";

/** What someone should hear of. */
export type AlertNotice = {
  /**
   * The same for the raising and the clearing of one kind of one rule, for systems that put notices together: the
   * rule's key, `/`, and the kind.
   */
  readonly key: string;
  /** The rule's key. */
  readonly rule: string;
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** What it is about. */
  readonly kind: AlertKind;
  /** Whether it begins or is over. */
  readonly change: AlertChange;
  /** How urgent it is. */
  readonly severity: AlertSeverity;
  /** When that was decided. */
  readonly at: Timestamp;
  /** The value then, or the relative change for a rule with a baseline. */
  readonly value: number | null;
  /** The bound that it is held against; null where data are stale. */
  readonly bound: number | null;
  /** How many observations the value is of. */
  readonly count: number;
  /** How many milliseconds ago the newest slot ended. */
  readonly ageMs: number | null;
};

/** How a rule of alerts stands. */
export type AlertRow = {
  /** The rule's key. */
  readonly rule: string;
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** How it is. */
  readonly status: MetricStatus;
  /** The kinds of alerts that are on, told or not. */
  readonly on: readonly AlertKind[];
};

/**
 * A threshold that is watched. Which side of a bound is bad follows from the metric's direction; a value at the bound
 * is still good, so that an error rate can be bounded by 0.
 *
 * As JSON: `{"key":"canary-errors","metric":"errors","arm":"canary","windowMs":300000,"warn":0.02,"critical":0.05,
 * "hysteresis":0.005,"coolDownMs":900000,"needs":{"observations":100,"staleAfterMs":300000}}`, and
 * `"baseline":"control"` for bounds of the relative change against that arm: 0.1 is a tenth more than there.
 */
export type AlertRule = {
  readonly key: string;
  readonly metric: string;
  readonly arm: Arm;
  readonly baseline?: Arm | null;
  readonly windowMs: number;
  readonly warn?: number | null;
  readonly critical?: number | null;
  /** How much better than a bound a value must be before the alert is over. */
  readonly hysteresis?: number;
  /** How many milliseconds after an alert the next of its kind may come. */
  readonly coolDownMs: number;
  readonly needs: MetricNeeds;
};

/** How urgent a notice is. */
export type AlertSeverity = "info" | "warning" | "critical";

/** One kind of alert. */
export type AlertSignal = {
  /** Whether it is so. */
  readonly on: boolean;
  /** Whether someone heard of it, since it became so. */
  readonly told: boolean;
  /** When someone heard of this kind the last time. */
  readonly last: Timestamp | null;
};

/**
 * What is remembered of a rule.
 *
 * As JSON: `{"since":1767225600000,"status":"warning","warn":{"on":true,"told":true,"last":1767225660000},
 * "critical":{...},"stale":{...}}`.
 */
export type AlertState = {
  /** When watching began: what was never observed is stale only some time after it. */
  readonly since: Timestamp;
  /** What was found last. */
  readonly status: MetricStatus;
  /** Worse than the bound to warn at. */
  readonly warn: AlertSignal;
  /** Worse than the critical bound. */
  readonly critical: AlertSignal;
  /** Nothing recent. */
  readonly stale: AlertSignal;
};

/** The units of the arms beside what was planned. */
export type Allocation = {
  /** The arms, in the order of the input. */
  readonly arms: readonly ArmUnits[];
  /** The units of all arms. */
  readonly units: number;
  /** Pearson's statistic; none where an arm expects fewer than 5 units. */
  readonly chiSquared: number | null;
  /** The probability of counts like these or farther from the plan, at one look. */
  readonly pValue: number | null;
  /** The same at every look; none without units. */
  readonly sequentialPValue: number | null;
  /** The threshold of both. */
  readonly alpha: number;
  /** Whether the shares are wrong: by the first where the experiment is looked at once, else by the second. */
  readonly mismatch: boolean;
};

/**
 * A part of those who are observed, in which all got the same.
 *
 * As JSON, and as text: `control`, `canary`, or `variant:` and the variant's key.
 */
export type Arm = "control" | "canary" | `variant:${string}`;

/** Observations by arm. */
export type ArmCounts = {
  /** In the canary. */
  readonly canary: number;
  /** In the control. */
  readonly control: number;
};

/** An arm and what it serves. */
export type ArmRow = {
  /** The arm. */
  readonly arm: Arm;
  /** Whether it runs. */
  readonly active: boolean;
  /** The share of units that it really serves, in parts per million. */
  readonly share: Ppm;
};

/** The units of an arm. */
export type ArmUnits = {
  /** The arm's name. */
  readonly arm: string;
  /** How many units it has. */
  readonly units: number;
  /** Its planned share, of 1. */
  readonly planned: number;
  /** Its share, of 1; none without units. */
  readonly observed: number | null;
};

/** Whom to tell. Addresses are the host's. */
export type Audience =
  | { readonly type: "operators" }
  | {
      readonly type: "approvers";
      /** Of which program. */
      readonly program: string;
    }
  | {
      readonly type: "member";
      /** Of which program. */
      readonly program: string;
      /** Its unit. */
      readonly unit: string;
    }
  | {
      readonly type: "invitee";
      /** To which program. */
      readonly program: string;
      /** The digest of the invitation's token. */
      readonly token: string;
    }
  | {
      readonly type: "members";
      /** Of which program. */
      readonly program: string;
      /** Those of this level and of those closer; of all levels without it. */
      readonly level?: ProgramLevel;
      /** Those of this group alone. */
      readonly group?: string;
    };

/**
 * Where a breaker is.
 *
 * `times` is how often it opened in a row. As JSON: `{"closed":{"since":...,"times":0,"calls":{"slot":5000,"slots":{}}}}`,
 * `{"open":{"since":...,"until":...,"times":1}}` or `{"halfOpen":{"since":...,"times":1,"calls":{"successes":0,
 * "trials":0}}}`; a success is a call that failed.
 */
export type Breaker =
  | {
      readonly closed: {
        /** Since when. */
        readonly since: Timestamp;
        /** How often it opened in a row before. */
        readonly times: number;
        /** Calls by slots of time. */
        readonly calls: Window<Proportion>;
      };
    }
  | {
      readonly open: {
        /** Since when. */
        readonly since: Timestamp;
        /** When it is tried again. */
        readonly until: Timestamp;
        /** How often it opened in a row. */
        readonly times: number;
      };
    }
  | {
      readonly halfOpen: {
        /** Since when. */
        readonly since: Timestamp;
        /** How often it opened in a row. */
        readonly times: number;
        /** Calls of the probe. */
        readonly calls: Proportion;
      };
    };

/**
 * For how long a breaker stays open. Each time that it opens again soon, it is twice as long; it counts as soon until
 * it was closed for the longest time.
 */
export type BreakerBackoff = {
  /** The first time, in milliseconds. */
  readonly firstMs: number;
  /** At most, in milliseconds. */
  readonly longestMs: number;
};

/** A breaker, and what would be served without it. */
export type BreakerExposureQuestion = {
  /** The rule. */
  readonly rule: BreakerRule;
  /** Where the breaker is. */
  readonly state: Breaker;
  /** The exposure without it, in parts per million. */
  readonly exposure: number;
};

/**
 * So many of the last so many calls failed. Calls of one slot have no order: of more calls than `of`, the same share
 * must have failed.
 */
export type BreakerFailures = {
  /** How many calls are looked at, the newest. */
  readonly of: number;
  /** How many of them failed at least. */
  readonly count: number;
};

/**
 * What happens to a breaker.
 *
 * As JSON: `{"calls":{"successes":1,"trials":20}}`, `"tick"`, `"trip"` or `"reset"`.
 */
export type BreakerInput = { readonly calls: Proportion } | "tick" | "trip" | "reset";

/** A breaker that moved, for those who should hear of it. */
export type BreakerMove = {
  /** Where it was. */
  readonly from: BreakerPosition;
  /** Where it is. */
  readonly to: BreakerPosition;
  /** When. */
  readonly at: Timestamp;
  /** Why. */
  readonly why: BreakerReason;
};

/** Whether calls go through. */
export type BreakerPosition = "closed" | "open" | "halfOpen";

/** How a breaker tries again. */
export type BreakerProbe = {
  /** The share of those who had the flag that get it again: always the same units, those with the lowest buckets. */
  readonly share: Ppm;
  /** How many calls there must be to give the flag back. */
  readonly calls: number;
  /** How many of them may fail. One more, and the breaker opens again. */
  readonly failures: number;
};

/** A breaker, and what happens to it. */
export type BreakerQuestion = {
  /** When it opens, for how long, and how it tries again. */
  readonly rule: BreakerRule;
  /** Where it is; closed from now on unless it is said. */
  readonly state?: Breaker | null;
  /** What happens. */
  readonly input: BreakerInput;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** The share of failures in the window is above a bound. */
export type BreakerRate = {
  /** The bound, below which and at which all is well. */
  readonly above: Ppm;
  /** How many calls there must be to say so. */
  readonly calls: number;
};

/** Why a breaker moved. */
export type BreakerReason = "failures" | "rate" | "probeFailed" | "probePassed" | "cooledDown" | "command";

/**
 * When a breaker opens, for how long, and how it tries again.
 *
 * As JSON: `{"windowMs":60000,"slotMs":5000,"failures":{"of":20,"count":5},"rate":{"above":50000,"calls":100},
 * "coolDown":{"firstMs":30000,"longestMs":600000},"probe":{"share":50000,"calls":50,"failures":1}}`. One of `failures`
 * and `rate` may be left out. Shares are parts per million.
 */
export type BreakerRule = {
  readonly windowMs: number;
  readonly slotMs: number;
  readonly failures?: BreakerFailures;
  readonly rate?: BreakerRate;
  readonly coolDown: BreakerBackoff;
  readonly probe: BreakerProbe;
};

/** What an input came to. */
export type BreakerStep = {
  /** The state after it. */
  readonly state: Breaker;
  /** How it moved, if it did. */
  readonly moved: BreakerMove | null;
  /** When to tick at the latest: when the cool-down is over. */
  readonly wakeAt: Timestamp | null;
};

/** What is believed of one variant. */
export type Chance = {
  /** The probability that its value is the greatest of all. */
  readonly best: number;
  /**
   * How much less than the greatest value it has on average, in units of the value: what choosing it costs if
   * another one is better, times the probability of that.
   */
  readonly loss: number;
};

/** A plan before its start. */
export type CharacteristicsQuestion = {
  /** The plan. */
  readonly plan: GuardrailPlan;
  /** The traffic and the metrics that are expected. */
  readonly expected: ExpectedTraffic;
};

/** A snapshot. */
export type ClientQuestion = {
  /** The whole document as JSON text. */
  readonly snapshot: string;
};

/** A snapshot for browsers. */
export type ClientSnapshot = {
  /** The document, in `"schema": "vexil/1"` as the whole one. */
  readonly text: string;
  /** The kill message that goes with it, for those who get kills ahead of snapshots; none where the document has no kills. */
  readonly kills: string | null;
  /** What is worth a second look before it is shipped: warnings, whose places are in the whole document. */
  readonly diagnostics: readonly Diagnostic[];
};

/** Somebody's wish, with what is needed to decide it once and to answer for it. */
export type Command = {
  /** The host's id of the command. A second command with the id of one that was carried out changes nothing. */
  readonly id: string;
  /** Who wishes it: a person or a program. */
  readonly actor: string;
  /** Why, for those who read the log. */
  readonly reason?: string | null;
  /** The revision of the workspace that the actor looked at. If it has changed since, the command is refused. */
  readonly expectedRevision?: number | null;
  /** What is wished. */
  readonly action: Action;
};

/** A metric of two arms over a span. */
export type CompareQuestion = {
  /** What was observed. */
  readonly observations: Observations;
  /** The metric's name. */
  readonly metric: string;
  /** The arm that is compared against. */
  readonly baseline: Arm;
  /** The arm that is compared. */
  readonly arm: Arm;
  /** The span before now, in milliseconds. */
  readonly spanMs: number;
  /** The confidence of the intervals, between 0 and 1; 0.95 unless it is said. */
  readonly confidence?: number;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** A metric of two arms over the same span. */
export type Comparison = {
  /** What is compared against, usually the concurrent control. */
  readonly baseline: ComparisonSide;
  /** What is compared. */
  readonly arm: ComparisonSide;
  /** The arm's value minus the baseline's; null where either has none. */
  readonly absolute: ComparisonEffect | null;
  /** The same as a share of the baseline. */
  readonly relative: RelativeChange;
  /** Which is better, as far as the data say. */
  readonly outcome: ComparisonOutcome;
};

/** A difference. Its interval is missing where the statistics do not allow one, such as with one observation. */
export type ComparisonEffect = {
  /** The difference. */
  readonly value: number;
  /** The differences that the data do not speak against. */
  readonly interval: Interval | null;
};

/** Which side is better. It is stated only where the interval of the absolute difference excludes 0. */
export type ComparisonOutcome = "better" | "worse" | "undecided";

/** A metric in an arm beside the baseline. */
export type ComparisonRow = {
  /** The metric's name. */
  readonly metric: string;
  /** How they differ. */
  readonly comparison: Comparison;
};

/** One side of a comparison. */
export type ComparisonSide = {
  /** The arm. */
  readonly arm: Arm;
  /** How many observations. */
  readonly count: number;
  /** The metric's value. */
  readonly value: number | null;
};

/**
 * What blocks of counts of two arms say so far. What it says depends on how counts were cut into blocks, and is right
 * for any cut that does not depend on the outcomes. Blocks in which an arm has no trials say nothing, so they should
 * not be smaller than needed.
 *
 * As JSON: `{"margin":1,"treatment":{..},"control":{..},"weighted":[1.5,0.7],"evidence":[..]}`: the sums of all blocks,
 * numerator and denominator of the odds ratio of Mantel and Haenszel, and the logarithm of the likelihood at each of 65
 * odds ratios over that at the margin.
 */
export type Concurrent = {
  readonly margin: number;
  readonly treatment: Proportion;
  readonly control: Proportion;
  readonly weighted: readonly [number, number];
  readonly evidence: readonly number[];
};

/** A context, and what it has to keep to. */
export type ContextQuestion = {
  /** The `attributes` of a snapshot. */
  readonly attributes: Document;
  /** The context. */
  readonly context: Document;
  /** JSON pointers to what is an instant by its type there, and a text here. */
  readonly dates?: readonly string[];
  /** JSON pointers to what conditions cannot look into, and is an empty object here. */
  readonly opaque?: readonly string[];
};

/** Units of an instant, and what was seen at others. */
export type CountAtQuestion = {
  /** What was seen before; nothing unless it is said. */
  readonly into?: Window<Distinct> | null;
  /** The length of a slot in milliseconds. */
  readonly slotMs: number;
  /** When, in milliseconds since the epoch; it decides the slot. */
  readonly at: Timestamp;
  /** The units. */
  readonly units: readonly Unit[];
};

/** Units, and a counter that has seen others. */
export type CountQuestion = {
  /** The counter; a new one unless it is said. */
  readonly into?: Distinct | null;
  /** The units. */
  readonly units: readonly Unit[];
};

/** An environment at an instant. */
export type Dashboard = {
  /** Its name. */
  readonly environment: string;
  /** The revision of its snapshot. */
  readonly revision: number;
  /** What is killed, by whom and why. */
  readonly kills: readonly KillView[];
  /** The flags in the order of their keys, archived ones left out. */
  readonly flags: readonly FlagView[];
  /** How many flags there are of each state. */
  readonly counts: FlagCounts;
  /** The rollouts, those that have ended too, in the order of their ids. */
  readonly rollouts: readonly RolloutView[];
  /** The deployments, those that have ended too, the newest first. */
  readonly deployments: readonly DeploymentView[];
  /** The early-access programs in the order of their ids. */
  readonly programs: readonly ProgramView[];
  /** The releases in the order of their versions. */
  readonly releases: readonly ReleaseOverview[];
};

/** Why something got where it is. */
export type DeliveryCause = "time" | "command" | "verdict" | "noData" | "kill" | "freeze";

/** How the exposure comes from that of the stage before to that of a stage. */
export type DeliveryCurve = "linear" | "geometric";

/**
 * A time in which nothing new begins, such as a weekend or a holiday. Calendars and their zones are the host's; here
 * are instants.
 */
export type DeliveryFreeze = {
  /** Its first millisecond since the epoch. */
  readonly from: number;
  /** The first millisecond after it. */
  readonly until: number;
};

/** Freezes in their order, of which none touches another. */
export type DeliveryFreezes = readonly DeliveryFreeze[];

/** What must be before the next stage begins, beside its time and its guardrails. */
export type DeliveryGate = "none" | "approval";

/** How a plan is watched. */
export type DeliveryMonitoring = {
  /**
   * The probability with which a healthy rollout may be rolled back, over all stages, metrics and looks; between 0
   * and 1.
   */
  readonly alpha?: number;
  /**
   * How long the slots of time are in which observations are collected. It must come from somewhere, so it is written
   * into the event: a minute by default, longer where the plan takes more than a week.
   */
  readonly slot?: Duration | null;
  /**
   * What is held against those who are exposed in every stage, but for a last one that is over when it is reached.
   * Bounds that compare with the control leave out stages that have none, which are those that hold 100 %.
   */
  readonly guardrails?: readonly Guardrail[];
};

/** What a rollout is to do. Time is active time: a pause stops it. */
export type DeliveryPlan =
  | {
      readonly kind: "linear";
      /** At the start. */
      readonly from: Exposure;
      /** At the end. */
      readonly to: Exposure;
      /** From the one to the other. */
      readonly duration: Duration;
      /** How it is watched. */
      readonly monitoring?: DeliveryMonitoring | null;
    }
  | {
      readonly kind: "exponential";
      /** At the start. */
      readonly from: Exposure;
      /** At the end. */
      readonly to: Exposure;
      /** From the one to the other. */
      readonly duration: Duration;
      /** How it is watched. */
      readonly monitoring?: DeliveryMonitoring | null;
    }
  | {
      readonly kind: "daily";
      /** At the start. */
      readonly from: Exposure;
      /** At the end. */
      readonly to: Exposure;
      /** More each day, in percentage points. */
      readonly increment: Exposure;
      /** How it is watched. */
      readonly monitoring?: DeliveryMonitoring | null;
    }
  | {
      readonly kind: "stepped";
      /** In their order. */
      readonly steps: readonly DeliveryStep[];
      /** How they are watched. */
      readonly monitoring?: DeliveryMonitoring | null;
    }
  | {
      readonly kind: "staged";
      /** The exposure before the first stage; 0 by default. */
      readonly from?: Exposure;
      /** In their order. */
      readonly stages: readonly DeliveryStage[];
      /** How they are watched. */
      readonly monitoring?: DeliveryMonitoring | null;
    };

/** Where something got. */
export type DeliveryReached = {
  /** From 0; the number of stages at the end. */
  readonly stage: number;
  /** Active time in it, in milliseconds. */
  readonly activeMs: number;
  /** What is served. */
  readonly exposure: Exposure;
  /** How it stands then. */
  readonly status: DeliveryStatus;
  /** Why. */
  readonly cause: DeliveryCause;
};

/** A stage: the way to an exposure, and the time for which it is held. */
export type DeliveryStage = {
  /** The exposure at its end. */
  readonly exposure: Exposure;
  /** How long the way there takes; at once by default. */
  readonly over?: Duration;
  /** How it goes there. */
  readonly curve?: DeliveryCurve;
  /** How long the exposure is held at least. */
  readonly hold?: Duration;
  /** What the next stage waits for. */
  readonly gate?: DeliveryGate;
  /** What is held against those who are exposed, beside what the whole plan holds against them. */
  readonly guardrails?: readonly Guardrail[];
  /** How long a stage that is over waits for data. Then each guardrail's `withoutData` says what to do. */
  readonly deadline?: Duration;
};

/** A plan as it is carried out: all kinds are stages. */
export type DeliveryStages = {
  /** The exposure before the first stage. */
  readonly from: Exposure;
  /** In their order, each with all guardrails that hold in it. Without one the plan is over at once. */
  readonly stages: readonly DeliveryStage[];
  /** How they are watched, if one of them has guardrails. */
  readonly watch?: DeliveryWatch | null;
  /** When no stage begins and time stands still. */
  readonly freezes?: DeliveryFreezes;
};

/** How a rollout or a deployment stands. */
export type DeliveryStatus =
  | "running"
  | "holding"
  | "waiting"
  | "paused"
  | "pausedByKill"
  | "completed"
  | "rolledBack"
  | "aborted"
  | "superseded";

/** A step: an exposure and for how long it is held. */
export type DeliveryStep = {
  /** From its start on. */
  readonly exposure: Exposure;
  /** For how long. */
  readonly hold: Duration;
  /** What the next step waits for. */
  readonly gate?: DeliveryGate;
  /** As of a `Stage`. */
  readonly guardrails?: readonly Guardrail[];
  /** As of a `Stage`. */
  readonly deadline?: Duration;
};

/** How stages are watched. */
export type DeliveryWatch = {
  /** The probability with which a healthy rollout may be rolled back, over all stages, metrics and looks. */
  readonly alpha: number;
  /** How long the slots of time are in which observations are collected. */
  readonly slot: Duration;
};

/** What can be asked of a deployment. */
export type DeploymentCommand =
  | {
      readonly type: "start";
      /** Where. */
      readonly environment: string;
      /** The service, which has no other deployment on its way there. */
      readonly service: string;
      /** What is deployed. */
      readonly version: string;
      /** What is to be done; 10 %, 50 % and 100 % with bounds on errors by default. */
      readonly plan?: DeliveryPlan | null;
      /** An earlier deployment of the service, whose visitors are the canary's again. */
      readonly retryOf?: string | null;
    }
  | {
      readonly type: "instant";
      /** Where. */
      readonly environment: string;
      /** The service. */
      readonly service: string;
      /** What is deployed. */
      readonly version: string;
    }
  | {
      readonly type: "record";
      /** Each at or before now. The arms are `canary` and `control`. */
      readonly observations: readonly MetricObservation[];
    }
  | {
      readonly type: "advance";
      /** Why it shall go on although its guardrails do not say that it may. */
      readonly despite?: string | null;
    }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "rollBack" }
  | { readonly type: "abort" }
  | { readonly type: "complete" };

/** What is deployed, and along what. */
export type DeploymentCourse = {
  /** Where. */
  readonly environment: string;
  /** The service. */
  readonly service: string;
  /** What ran before, and is the target of a rollback. */
  readonly from: string;
  /** What is deployed. */
  readonly to: string;
  /** Decides which visitors come first. */
  readonly seed: string;
  /** The stages. Their exposure is the canary's share. */
  readonly plan: DeliveryStages;
};

/** What happens to a deployment. */
export type DeploymentEvent =
  | {
      readonly type: "started";
      /** What is deployed, and along what. */
      readonly course: DeploymentCourse;
    }
  | {
      readonly type: "observed";
      /** What. */
      readonly observations: readonly MetricObservation[];
    }
  | {
      readonly type: "judged";
      /** What they said, with the evidence. */
      readonly verdict: StageVerdict;
    }
  | {
      readonly type: "reached";
      /** Where. */
      readonly reached: DeliveryReached;
    };

/** A deployment. */
export type DeploymentView = {
  /** Its id. */
  readonly id: string;
  /** Its place among all deployments, by their start. */
  readonly number: number;
  /** The service. */
  readonly service: string;
  /** The version that ran before. */
  readonly from: string;
  /** The version that is deployed. */
  readonly to: string;
  /** How it stands. */
  readonly status: DeliveryStatus;
  /** Its stage, from 0; the number of stages at the end. */
  readonly stage: number;
  /** How many stages there are. */
  readonly stages: number;
  /** What is served of it; nothing if it was taken back. */
  readonly exposure: Exposure;
  /** What it is to come to. */
  readonly target: Exposure;
  /** How long it has been in its stage, in milliseconds of active time. */
  readonly activeMs: number;
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** When it will be at its target, if nothing holds it up; null while something does. */
  readonly endsAt: number | null;
  /** The last verdict that was noted. */
  readonly verdict: StageVerdict | null;
  /** All that was observed of each metric, by arm. */
  readonly figures: readonly ProgressFigure[];
};

/** The effect that would have been found with the power that was asked for. */
export type Detectable = {
  /** In units of the metric. */
  readonly difference: number;
  /** Relative to the control; none where its value is not above 0. */
  readonly lift: number | null;
};

/**
 * A counter of different units. With precision `p` it has `2^p` registers, and the estimate a standard error of
 * `1.04 / sqrt(2^p)`: 1.6 % for the default of 12.
 *
 * A unit is told by its `Digest`, so all hosts that hash units by the law of bucketing count the same ones. The
 * first word of the digest as a 64-bit number names the register by its first `p` bits; the register keeps the
 * greatest number of zeros that the other bits began with, plus one.
 *
 * As JSON: `{"precision":12,"registers":"AAEA..."}`, a character of the URL-safe base64 alphabet for each register.
 */
export type Distinct = { readonly precision: number; readonly registers: string };

/**
 * A duration in milliseconds, never negative. As JSON a text such as `P7D`, `PT36H` or `P1DT30M`; years and months are
 * refused, since they are not always equally long.
 */
export type Duration = string;

/** Something for the host to carry out. Effects are no part of the state: carrying one out twice does no harm. */
export type Effect =
  | {
      readonly type: "publish";
      /** Which. */
      readonly environment: string;
      /** The snapshot's revision. */
      readonly revision: number;
    }
  | {
      readonly type: "wake";
      /** In milliseconds since the epoch. */
      readonly at: number;
    }
  | {
      readonly type: "publishKills";
      /** Which. */
      readonly environment: string;
      /** The kill set's revision. */
      readonly revision: number;
    }
  | {
      readonly type: "rollBackStep";
      /** The release that is taken back. */
      readonly release: string;
      /** The name of the step. */
      readonly step: string;
      /** How often that was asked, from 1. */
      readonly attempt: number;
      /** The version that runs now; none if none ran before. */
      readonly version?: string;
    }
  | {
      readonly type: "verify";
      /** The release that was taken back. */
      readonly release: string;
      /** The name of the check. */
      readonly step: string;
      /** When the answer is due, in milliseconds since the epoch. */
      readonly deadline: number;
    }
  | {
      readonly type: "notify";
      /** What kind of news, for hosts that have words of their own for it. */
      readonly template: NotificationTemplate;
      /** Whom. */
      readonly audience: Audience;
      /** In a line. */
      readonly subject: string;
      /** In full. */
      readonly message: string;
    };

/** How much something is used, by the share of those who could. */
export type Engagement = "none" | "low" | "medium" | "high";

/** Something that happened. Events say all that is needed to fold them, so that folding decides nothing. */
export type Event =
  | {
      readonly type: "workspaceCreated";
      /** Tells the histories of two workspaces apart. */
      readonly lineage: string;
    }
  | {
      readonly type: "environmentAdded";
      /** Its name. */
      readonly environment: string;
    }
  | {
      readonly type: "created";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
      /** As in a snapshot. */
      readonly value: Document;
    }
  | {
      readonly type: "changed";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
      /** Where, if not everywhere. */
      readonly environment?: string | null;
      /** The members as they were; null where there was none. */
      readonly before: Document;
      /** The members as they are; null where there is none. */
      readonly after: Document;
    }
  | {
      readonly type: "moved";
      /** What was changed. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
      /** Where. */
      readonly environment: string;
      /**
       * How many of a hundred units that get there have nothing of it any more. Those who came last go first, unless
       * units were drawn anew.
       */
      readonly lost: number;
      /** How many have something else of it. */
      readonly swapped: number;
      /** Why units were drawn anew; none were without it. */
      readonly despite?: string | null;
    }
  | {
      readonly type: "archived";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
    }
  | {
      readonly type: "restored";
      /** What it is. */
      readonly part: PartKind;
      /** Its key. */
      readonly key: string;
    }
  | {
      readonly type: "ringsSet";
      /** As they were. */
      readonly before: readonly Document[];
      /** As they are. */
      readonly after: readonly Document[];
    }
  | {
      readonly type: "rollout";
      /** Its id. */
      readonly rollout: string;
      /** What. */
      readonly event: RolloutEvent;
    }
  | {
      readonly type: "deployment";
      /** Its id. */
      readonly deployment: string;
      /** What. */
      readonly event: DeploymentEvent;
    }
  | {
      readonly type: "program";
      /** Its id. */
      readonly program: string;
      /** What. */
      readonly event: ProgramEvent;
    }
  | {
      readonly type: "release";
      /** Its id. */
      readonly release: string;
      /** What. */
      readonly event: ReleaseEvent;
    }
  | {
      readonly type: "killed";
      /** Where. */
      readonly environment: string;
      /** What. */
      readonly targets: readonly KillTarget[];
    }
  | {
      readonly type: "lifted";
      /** Where. */
      readonly environment: string;
      /** What. */
      readonly targets: readonly KillTarget[];
    };

/** What the guarantee of a method is. */
export type EvidenceMethod = "exact" | "asymptotic";

/** The exact sum of floats, or of products of two. */
export type ExactSum = readonly number[];

/**
 * How the observations of a metric lie.
 *
 * As JSON: `{"rate":0.01}`, `{"mean":{"value":120,"deviation":80}}`, `{"logNormal":{"median":90,"sigma":0.6}}`.
 */
export type ExpectedBehaviour =
  | { readonly rate: number }
  | {
      readonly mean: {
        /** The value. */
        readonly value: number;
        /** The deviation. */
        readonly deviation: number;
      };
    }
  | {
      readonly logNormal: {
        /** The median. */
        readonly median: number;
        /** The deviation of the logarithm. */
        readonly sigma: number;
      };
    };

/** A metric in a healthy canary and in one that is to be caught. The control is like the healthy one. */
export type ExpectedMetric = {
  /** Like the control. */
  readonly healthy: ExpectedBehaviour;
  /** With the change that is to be caught. */
  readonly changed: ExpectedBehaviour;
};

/**
 * The traffic and the metrics that are expected.
 *
 * As JSON: `{"requestsPerHour":6000,"metrics":{"errors":{"healthy":{"rate":0.01},"changed":{"rate":0.02}}}}`.
 */
export type ExpectedTraffic = {
  /** Observations in both arms together, in an hour; above 0. */
  readonly requestsPerHour: number;
  /** How each metric behaves, by its name. */
  readonly metrics: { readonly [key in string]: ExpectedMetric };
};

/** What an experiment says. */
export type ExperimentAnalysis = {
  /** What it is called. */
  readonly experiment: string;
  /** The arm that the others are compared with. */
  readonly control: string;
  /** How it was looked at. */
  readonly options: ExperimentOptions;
  /** Whether the units arrived as planned. Where they did not, nothing else can be concluded. */
  readonly allocation: Allocation;
  /** The metrics: primary ones first, guardrails last. */
  readonly metrics: readonly ExperimentResult[];
  /** What it means, and what it does not, in sentences: the gravest first. */
  readonly notes: readonly Note[];
};

/** An arm, and who is in it. */
export type ExperimentArm = {
  /** Its name, such as the variant's key. */
  readonly name: string;
  /** Its part of the units as it was planned, relative to those of the others: 50 and 50 are the same as 1 and 1. */
  readonly share: number;
  /** How many units were exposed to it. */
  readonly units?: number | null;
};

/** A metric in an arm. */
export type ExperimentArmValue = {
  /** The arm. */
  readonly arm: string;
  /** How many units, or values of a quantile, it is of. */
  readonly n: number;
  /** The value; none where there are too few. */
  readonly value: number | null;
  /**
   * What to believe of it, from a flat prior: the probability that it is the best of all arms, and what choosing it
   * costs on average, in units of the metric. None for quantiles.
   */
  readonly chance?: Chance;
};

/** An arm beside the control. */
export type ExperimentComparison = {
  /** The arm. */
  readonly arm: string;
  /** What the figures say; none where nothing can be computed. */
  readonly plain: Tested | null;
  /** What they say adjusted for the covariate, if there is one. It is what is concluded from. */
  readonly adjusted?: Adjusted;
  /** The p-value, corrected for the number of tests; that of a guardrail is not. */
  readonly correctedPValue: number | null;
  /** The effect that would have been found. */
  readonly detectable: Detectable | null;
  /** What follows. */
  readonly verdict: ExperimentVerdict;
  /** Why nothing can be computed. */
  readonly problem?: string;
};

/** What is done about many tests: of metrics times arms, guardrails left out. */
export type ExperimentCorrection = "holm" | "benjaminiHochberg" | "none";

/** The figures of a metric: one row for each arm, as a query gives them. */
export type ExperimentData =
  | { readonly proportion: readonly ProportionRow[] }
  | { readonly mean: readonly SumsRow[] }
  | { readonly ratio: readonly SumsRow[] }
  | { readonly quantile: QuantileRows };

/**
 * An experiment with what was counted and summed up of it. `D` is where a metric's figures are.
 *
 * As JSON: `{"experiment":"checkout","arms":[{"name":"off","share":1,"units":10040},...],"control":"off",
 * "metrics":[{"name":"bought","role":"primary","direction":"higherIsBetter","data":{"proportion":
 * [{"arm":"off","successes":503,"trials":10040},...]}}]}`.
 */
export type ExperimentInput<D = ExperimentData> = {
  /** What it is called. */
  readonly experiment: string;
  /** Its arms, the control among them. */
  readonly arms: readonly ExperimentArm[];
  /** The arm that the others are compared with. */
  readonly control: string;
  /** How many units were seen in more than one arm, and are in none of the figures. */
  readonly crossed?: number | null;
  /** How to look at it. */
  readonly options?: ExperimentOptions;
  /** What was measured. */
  readonly metrics: readonly ExperimentMetric<D>[];
};

/** How often an experiment is looked at. */
export type ExperimentLook = "fixed" | "sequential";

/** A metric, and its figures in every arm. */
export type ExperimentMetric<D = ExperimentData> = {
  /** Its name. */
  readonly name: string;
  /** What it is there for. */
  readonly role: MetricRole;
  /** Which way is better. */
  readonly direction: MetricDirection;
  /** The unit of its values, for people. */
  readonly unit?: string | null;
  /**
   * The smallest relative effect that is worth acting on, above 0; 0.05 unless it is said. Sequential looks are tuned
   * to it.
   */
  readonly smallestEffect?: number | null;
  /** Its figures. */
  readonly data: D;
};

/** How an experiment is looked at. All of it is decided before the first look. */
export type ExperimentOptions = {
  /** Once, or all the time. */
  readonly look?: ExperimentLook;
  /** The confidence of intervals, between 0 and 1; one minus it is the error of tests. */
  readonly confidence?: number;
  /** What is done about many tests. */
  readonly correction?: ExperimentCorrection;
  /** The probability with which detectable effects are detected. */
  readonly power?: number;
  /** How many units all arms together were planned to have. With fewer, a look of a fixed horizon is too early. */
  readonly plannedUnits?: number;
  /** How many days it has run. */
  readonly days?: number;
};

/** What a metric says. */
export type ExperimentResult = {
  /** Its name. */
  readonly metric: string;
  /** What it is there for. */
  readonly role: MetricRole;
  /** What its value is computed of. */
  readonly kind: MetricKind;
  /** Which way is better. */
  readonly direction: MetricDirection;
  /** The unit of its values. */
  readonly unit?: string;
  /** What it is in each arm, in the order of the input. */
  readonly arms: readonly ExperimentArmValue[];
  /** Every other arm beside the control. */
  readonly comparisons: readonly ExperimentComparison[];
};

/** What follows from a comparison. */
export type ExperimentVerdict = "better" | "worse" | "undecided" | "unknown" | "tooEarly" | "void";

/** A share of units; as JSON a percentage with at most four decimals. */
export type Exposure = number;

/** Why there is no answer. */
export type Failure =
  | {
      readonly type: "input";
      /** Where, as a JSON pointer into the input as far as it is known; empty for the whole of it. */
      readonly path: string;
      /** What is wrong there. */
      readonly message: string;
    }
  | { readonly type: "rejected" } & Rejection
  | {
      readonly type: "damaged";
      /** The line, from 1. */
      readonly line: number;
      /** What is wrong with it. */
      readonly message: string;
    };

/** Figures of a feature. */
export type FeatureStatistics = {
  /** The level from which members have it. */
  readonly level: ProgramLevel;
  /** Its seats. */
  readonly seats: ProgramSeats;
  /** How many have kept it without a seat. */
  readonly graduated: number;
  /** How often each rating was given, from 1 to 5. */
  readonly ratings: readonly [number, number, number, number, number];
  /** How many ratings there are. */
  readonly feedback: number;
  /** Their mean; nothing without any. */
  readonly meanRating: number | null;
};

/** Who has a seat says something in time, or makes room. Nobody loses a seat unasked. */
export type FeedbackRule = {
  /** From getting a seat to being asked for feedback. Above 0. */
  readonly within: Duration;
  /** From being asked to losing the seat. Above 0. */
  readonly grace: Duration;
};

/** A number that is known within bounds. Both are the value itself where nothing was rounded. */
export type Figure = {
  /** The number. */
  readonly value: number;
  /** It is surely not below this. */
  readonly low: number;
  /** It is surely not above this. */
  readonly high: number;
};

/** Flags by what they do. */
export type FlagCounts = {
  /** All of them. */
  readonly flags: number;
  /** Killed. */
  readonly killed: number;
  /** Disabled. */
  readonly disabled: number;
  /** With a rollout on its way. */
  readonly rollingOut: number;
  /** Deprecated. */
  readonly deprecated: number;
  /** Served as authored. */
  readonly active: number;
};

/** A flag of a usual kind. All but `multivariate` are boolean flags, off where nothing says otherwise. */
export type FlagPreset =
  | {
      readonly kind: "boolean";
      /** Whether it is on. */
      readonly on: boolean;
    }
  | {
      readonly kind: "percentage";
      /** In percent, with at most 4 decimals. */
      readonly exposure: number;
    }
  | {
      readonly kind: "list";
      /** Their ids. */
      readonly units: readonly string[];
    }
  | {
      readonly kind: "multivariate";
      /** The values by variant; all of one type. */
      readonly variants: { readonly [key in string]: JsonValue };
      /** The relative weights by variant. */
      readonly weights: { readonly [key in string]: number };
      /** What is served where nobody is to take part. */
      readonly offVariant: string;
    }
  | {
      readonly kind: "ring";
      /** Its name. */
      readonly ring: string;
    }
  | {
      readonly kind: "gradual";
      /** The share at the start, in percent. */
      readonly from: number;
      /** The share at the end, in percent. */
      readonly to: number;
      /** An RFC 3339 instant. */
      readonly start: string;
      /** An RFC 3339 instant. */
      readonly end: string;
    }
  | {
      readonly kind: "beta";
      /** The segment's key. */
      readonly segment: string;
    };

/** What a flag really serves. */
export type FlagRow = {
  /** The flag's key. */
  readonly flag: string;
  /**
   * The share of units that get it, in parts per million: nothing for a flag that is disabled or killed, and what
   * its breaker leaves of its exposure.
   */
  readonly share: Ppm;
  /** Where its breaker is, if it has one. */
  readonly breaker: BreakerPosition | null;
};

/** What a flag does. */
export type FlagState = "killed" | "disabled" | "rollingOut" | "deprecated" | "active";

/** A flag in an environment. */
export type FlagView = {
  /** Its key. */
  readonly key: string;
  /** What it does there. */
  readonly state: FlagState;
  /** The rollouts that drive rules of it. */
  readonly rollouts: readonly string[];
  /** The revision of the workspace that last changed it. */
  readonly revision: number;
  /** As it is published. */
  readonly value: Document;
};

/** A store, and how much of it is still needed. */
export type ForgetQuestion = {
  /** The store. */
  readonly observations: Observations;
  /** Slots older than this span, in milliseconds, are forgotten. */
  readonly spanMs: number;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/**
 * A metric of the canary with one bound. A metric that is bounded both by a number and by the control has two
 * guardrails.
 *
 * As JSON: `{"metric":{"name":"errors","kind":"proportion","direction":"lowerIsBetter"},"bound":{"absolute":0.05},
 * "minimum":500,"maxAgeMs":300000}`; what may be left out is `effect`, `warn`, `pass`, `withoutData` and `weight`.
 */
export type Guardrail = {
  /** What is measured. Its direction says which side of the bound is the bad one. */
  readonly metric: Metric;
  /** What the canary may not be worse than. */
  readonly bound: GuardrailBound;
  /**
   * How many observations each arm needs within a stage before the stage can pass. A failure does not wait for them:
   * it needs evidence, and evidence counts for itself.
   */
  readonly minimum: number;
  /**
   * How many milliseconds after the end of the newest slot the data are stale. For a bound that compares, both arms
   * must be fresh.
   */
  readonly maxAgeMs: number;
  /**
   * For means and ratios: the smallest effect that is worth acting on, above 0, in the units of the bound. It says
   * which effects are looked for first; the error is kept for any choice.
   */
  readonly effect?: number | null;
  /** When to warn. */
  readonly warn?: GuardrailWarn;
  /** What it takes to pass. */
  readonly pass?: GuardrailPass;
  /** What a stage should do when it is over and there is no verdict for want of data. */
  readonly withoutData?: WithoutData;
  /** Its part of the plan's error probability, relative to those of the others; above 0. */
  readonly weight?: number;
};

/**
 * What a canary may not be worse than. A value at the bound is still good.
 *
 * As JSON: `{"absolute":0.05}`, `{"difference":0.01}`, `{"lift":0.1}`, `{"odds":1.5}`.
 */
export type GuardrailBound =
  | { readonly absolute: number }
  | { readonly difference: number }
  | { readonly lift: number }
  | { readonly odds: number };

/**
 * What the data say of the quantity that is bounded: the metric's value, a difference, a relative difference, or a ratio
 * of odds. All of it holds at every look.
 */
export type GuardrailEvidence = {
  /** The estimate. */
  readonly estimate: number;
  /** The quantity is not below this; wrong at any look with probability `alpha` at most. None while there is no bound. */
  readonly lower: number | null;
  /** The quantity is not above this; wrong at any look with probability `alpha` at most. None while there is no bound. */
  readonly upper: number | null;
  /** The logarithm of the e-value against "not worse than the bound". None for methods that have the interval alone. */
  readonly lnE: number | null;
  /** The p-value that goes with it: at most 1 over the e-value. */
  readonly pValue: number | null;
  /** The error probability that is spent on this guardrail. */
  readonly alpha: number;
  /** Whether the error is at most `alpha` for any number of observations. */
  readonly method: EvidenceMethod;
};

/** The answers. */
export type GuardrailOutcome = "pass" | "warn" | "insufficient" | "fail";

/** What it takes to pass, besides fresh data and the minimum of observations. */
export type GuardrailPass = "noHarm" | "shown";

/**
 * From when on data count. Slots that began before do not, for part of them was before.
 *
 * As JSON: `{"since":1767225600000,"stageSince":1767226500000}`.
 */
export type GuardrailPeriod = {
  /** For evidence. */
  readonly since: Timestamp;
  /** For the minimum of observations: the beginning of the stage. */
  readonly stageSince: Timestamp;
};

/**
 * The stages of a rollout.
 *
 * As JSON: `{"alpha":0.05,"stages":[{"share":100000,"durationMs":900000,"guardrails":[...]}]}`.
 */
export type GuardrailPlan = { readonly alpha: number; readonly stages: readonly GuardrailStage[] };

/** One guardrail, and what it is judged by. */
export type GuardrailQuestion = {
  /** The guardrail. */
  readonly guardrail: Guardrail;
  /** The data. */
  readonly seen: GuardrailSeen;
  /** The probability with which a healthy canary may fail at any of all looks, between 0 and 1. */
  readonly alpha: number;
};

/** What decided. */
export type GuardrailReason =
  | "harm"
  | "missing"
  | "noControl"
  | "stale"
  | "thin"
  | "undetermined"
  | "notShown"
  | "doubtful"
  | "noHarm"
  | "shown";

/**
 * Sums of both arms, and what slots say one by one.
 *
 * As JSON: `{"canary":{"proportion":{"successes":3,"trials":100}},"control":{...},"concurrent":{...},
 * "inStage":{"canary":100,"control":900},"ageMs":0,"hasControl":true}`.
 */
export type GuardrailSeen = {
  /** The canary since evidence is collected; null for what was not observed since. */
  readonly canary: Measure | null;
  /** The control over the same time. */
  readonly control: Measure | null;
  /** For a bound of odds: the slots that are over, in which both arms are known. */
  readonly concurrent: Concurrent | null;
  /** How many observations there are since the stage began. */
  readonly inStage: ArmCounts;
  /**
   * How many milliseconds ago the newest slot ended, of the arm that is older if both count; null for what was
   * never observed.
   */
  readonly ageMs: number | null;
  /** Whether a control runs beside the canary at all. */
  readonly hasControl: boolean;
};

/** A share of the traffic for a time. */
export type GuardrailStage = {
  /** The canary's share in parts per million, above 0. The control has the rest; at 1,000,000 there is none. */
  readonly share: number;
  /** How many milliseconds the stage lasts at least, above 0. */
  readonly durationMs: number;
  /** What is held against the canary. */
  readonly guardrails: readonly Guardrail[];
};

/** A guardrail over the stages in which its evidence is collected. */
export type GuardrailTest = {
  /** The metric's name. */
  readonly metric: string;
  /** The bound. */
  readonly bound: GuardrailBound;
  /** The first stage, from 0. */
  readonly first: number;
  /** The last stage. */
  readonly last: number;
  /** The probability with which it may fail a healthy canary, over all looks. */
  readonly alpha: number;
};

/** What a guardrail says of the data, with what it says it by. */
export type GuardrailVerdict = {
  /** The metric's name. */
  readonly metric: string;
  /** The bound. */
  readonly bound: GuardrailBound;
  /** The answer. */
  readonly outcome: GuardrailOutcome;
  /** What decided. */
  readonly reason: GuardrailReason;
  /** The same in a sentence for people. */
  readonly why: string;
  /** How many observations the evidence is of, by arm. */
  readonly n: ArmCounts;
  /** How many of them are of this stage. */
  readonly inStage: ArmCounts;
  /** The evidence; null where there are too few data for any. */
  readonly evidence: GuardrailEvidence | null;
  /** How old the data are, in milliseconds. */
  readonly ageMs: number | null;
  /** Whether a control ran beside the canary. Without one nobody can tell whether a failure is the canary's. */
  readonly hasControl: boolean;
  /** What to do at the end of the stage, where the data do not suffice. */
  readonly withoutData: WithoutData | null;
};

/**
 * When to warn.
 *
 * As JSON: `"estimate"`, `"never"`, `{"alpha":0.2}`.
 */
export type GuardrailWarn = "estimate" | { readonly alpha: number } | "never";

/** A flag as the guide has it. */
export type GuideFlag = {
  /** Its key. */
  readonly name: string;
  /** What it is for. */
  readonly description?: string | null;
  /** Whether it is served to anybody at all. */
  readonly enabled: boolean;
  /** The share of those who match no rule, in percent. */
  readonly rolloutPercentage: Exposure;
  /** Who has it whatever the percentage is, in their order. */
  readonly rules?: readonly GuideRule[];
};

/** One name or several. */
export type GuideNames = string | readonly string[];

/**
 * Who has a flag.
 *
 * As JSON: `{"type":"user","value":["alice","bob"]}`.
 */
export type GuideRule =
  | { readonly type: "percentage"; readonly value: Exposure }
  | { readonly type: "user"; readonly value: GuideNames }
  | { readonly type: "group"; readonly value: GuideNames }
  | { readonly type: "environment"; readonly value: GuideNames };

/** A command that was carried out. */
export type Handled = {
  /**
   * The line to append to the log, with its end, before anything of `effects` is done; none for a command that was
   * carried out before, and for a tick that finds nothing to do.
   */
  readonly line: string | null;
  /** What the world must do now. */
  readonly effects: readonly Effect[];
};

/** How well something does. */
export type Health = {
  /** From 0 to 100; null where a part is not known. */
  readonly score: number | null;
  /** What the score would be at most, if all that is not known were good. */
  readonly atMost: number;
  /**
   * Healthy from 80 on, a warning from 60 on, critical below; at best a warning while a part is critical; stale or
   * insufficient where a part is, unless it is critical whatever that part may be.
   */
  readonly status: MetricStatus;
  /** What each metric adds, in the order of the model. */
  readonly parts: readonly PartHealth[];
  /** What to do: about the whole first, then about each part that is not good. */
  readonly advice: readonly HealthAdvice[];
};

/** What to do. */
export type HealthAction =
  | "proceed"
  | "hold"
  | "rollBack"
  | "investigate"
  | "watch"
  | "collectMore"
  | "checkReporting";

/** What to do, and why. */
export type HealthAdvice = {
  /** What. */
  readonly action: HealthAction;
  /** Because this is so. */
  readonly status: MetricStatus;
  /** Of the whole: its score, if there is one. */
  readonly score: number | null;
  /** Of a part: its metric. */
  readonly metric: string | null;
  /** Of a part: its arm. */
  readonly arm: Arm | null;
  /** Of a part: its value. */
  readonly value: number | null;
  /** Of a part: from which value on it is good. */
  readonly good: number | null;
};

/** What health is measured by. */
export type HealthModel = {
  /** The span whose values count, in milliseconds. */
  readonly windowMs: number;
  /** The metrics. */
  readonly parts: readonly HealthPart[];
};

/**
 * One metric of a score.
 *
 * As JSON: `{"metric":"errors","arm":"canary","weight":3,"good":0.01,"bad":0.05,
 * "needs":{"observations":100,"staleAfterMs":300000}}`.
 */
export type HealthPart = {
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** How much it counts beside the others, from 1 to 1,000. */
  readonly weight: number;
  /** From this value on it has all points; the better one of the two by the metric's direction. */
  readonly good: number;
  /** From this value on it has none. In between the points lie on a line. */
  readonly bad: number;
  /** What it takes to believe the value. */
  readonly needs: MetricNeeds;
};

/** A model of health, and what was observed. */
export type HealthQuestion = {
  /** What it is measured by. */
  readonly model: HealthModel;
  /** What was observed. */
  readonly observations: Observations;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** How many values there are up to some bounds. */
export type Histogram = {
  /** The steps, ascending. */
  readonly buckets: readonly HistogramBucket[];
  /** How many values there are at all. */
  readonly count: number;
  /** The sum of the values, within the sketch's error of 1 %. */
  readonly sum: number;
};

/** The bounds of histograms, ascending, each from 1e-9 to 1e12. At most 128. */
export type HistogramBounds = readonly number[];

/** How many values there are up to a bound. */
export type HistogramBucket = {
  /** The bound: the upper edge of the sketch's bucket that has the bound that was asked for, at most 2.1 % above it. */
  readonly le: number;
  /** How many values are at or below it, exactly. */
  readonly count: number;
};

/** The values that data do not speak against. An end that is missing is no bound. */
export type Interval = {
  /** The least of them. */
  readonly lower: number | null;
  /** The greatest of them. */
  readonly upper: number | null;
};

/** How an invitation came to nothing. */
export type InvitationEnding = "revoked" | "declined" | "expired";

/** How an invitation stands. */
export type InvitationState = "open" | "accepted" | "revoked" | "declined" | "expired";

/** A plan that goes on. */
export type JudgeQuestion = {
  /** The plan. */
  readonly plan: GuardrailPlan;
  /** When the stages so far began, in milliseconds since the epoch; the last one is that of the stage that goes on. */
  readonly starts: readonly Timestamp[];
  /** What was observed. */
  readonly observations: Observations;
  /** The arm that is rolled out; `canary` unless it is said. */
  readonly canary?: Arm;
  /** The arm beside it; `control` unless it is said. */
  readonly control?: Arm;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** What can be killed. As JSON `{"all":true}`, or one of `namespace`, `flag` and `service` with its name. */
export type KillTarget =
  | { readonly all: boolean }
  | { readonly namespace: string }
  | { readonly flag: string }
  | { readonly service: string };

/** Something that is killed. */
export type KillView = {
  /** What. */
  readonly target: KillTarget;
  /** Who. */
  readonly actor: string;
  /** Why. */
  readonly reason?: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
};

/** A transaction as the log has it. */
export type LogRecord = {
  /** Its place in the log, from 1. */
  readonly seq: number;
  /** When, in milliseconds since the epoch. Never before the transaction that precedes it. */
  readonly at: Timestamp;
  /** Who wished it. */
  readonly actor: string;
  /** The id of the command. */
  readonly command: string;
  /** Why. */
  readonly reason?: string | null;
  /** What happened. */
  readonly events: readonly Event[];
  /** The hash of the record before it; of the first one 64 zeros. */
  readonly previous: string;
  /** SHA-256 in lower-case hexadecimal digits, over the record as a line without this member. */
  readonly hash: string;
};

/**
 * What was seen of a metric: counts and sums, never the observations themselves, so that any number of them is
 * counted, and what several hosts saw can be put together in any order.
 *
 * As JSON: `{"proportion":{"successes":3,"trials":100}}`, and so for `mean`, `ratio` and `quantile`, with the forms
 * of `Moments`, `PairMoments` (`x` is the denominator, `y` the numerator) and `Sketch` (with a relative error
 * of 1 %).
 */
export type Measure =
  | { readonly proportion: Proportion }
  | { readonly mean: Moments }
  | { readonly ratio: PairMoments }
  | { readonly quantile: Sketch };

/** Observations of a kind of metric. */
export type MeasureQuestion = {
  /** The kind of metric. */
  readonly kind: MetricKind;
  /** The observations. */
  readonly samples: readonly Sample[];
};

/** How a member stands. */
export type MemberState =
  | "pending"
  | "invited"
  | "waitlisted"
  | "approved"
  | "active"
  | "suspended"
  | "graduated"
  | "declined"
  | "left"
  | "expired";

/**
 * What is measured.
 *
 * As JSON: `{"name":"latency","kind":{"quantile":950000},"direction":"lowerIsBetter","unit":"ms"}`.
 */
export type Metric = {
  readonly name: string;
  readonly kind: MetricKind;
  readonly direction: MetricDirection;
  readonly unit?: string;
};

/** Which way is better. */
export type MetricDirection = "lowerIsBetter" | "higherIsBetter";

/** What a metric's value is computed of, and how. */
export type MetricKind = "proportion" | "mean" | "ratio" | { readonly quantile: QuantileLevel };

/**
 * What it takes to believe a reading.
 *
 * As JSON: `{"observations":100,"staleAfterMs":300000}`.
 */
export type MetricNeeds = {
  /** The least number of observations in the window. */
  readonly observations: number;
  /** How many milliseconds after the end of the newest slot the data are stale. */
  readonly staleAfterMs: number;
};

/**
 * What a host has seen of a metric in an arm, around an instant.
 *
 * As JSON: `{"metric":"errors","arm":"canary","at":1767225600000,"seen":{"proportion":{"successes":3,"trials":100}}}`.
 */
export type MetricObservation = {
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** When; it decides the slot. Milliseconds since the epoch in JSON. */
  readonly at: Timestamp;
  /** What. */
  readonly seen: Measure;
};

/**
 * A question that a host must answer: the core cannot fetch. The answer is one `Observation` for each slot in which
 * there was something, whose instant is within the slot.
 *
 * As JSON: `{"metric":"errors","kind":"proportion","arm":"canary","slotMs":60000,"from":1767225600000,
 * "to":1767226200000}`.
 */
export type MetricQuery = {
  /** The metric's name. */
  readonly metric: string;
  /** What to count or sum. */
  readonly kind: MetricKind;
  /** In which arm. */
  readonly arm: Arm;
  /** The length of a slot in milliseconds. */
  readonly slotMs: number;
  /** From this instant on, which begins a slot. */
  readonly from: Timestamp;
  /** To before this instant, which begins a slot. */
  readonly to: Timestamp;
};

/** What a metric is there for. */
export type MetricRole = "primary" | "secondary" | "guardrail";

/** A metric in an arm. */
export type MetricRow = {
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** What its value is computed of. */
  readonly kind: MetricKind;
  /** Which way is better. */
  readonly direction: MetricDirection;
  /** The unit of its values. */
  readonly unit: string | null;
  /** How many observations there ever were. It never falls. */
  readonly observations: number;
  /** Of a proportion: how many of them were what it counts. It never falls. */
  readonly events: number | null;
  /** What the window says. */
  readonly summary: Summary;
  /** How it moved in the window. */
  readonly trend: Trend;
  /** Of a quantile: how all values that there ever were are distributed. */
  readonly distribution: Histogram | null;
};

/** One metric of one arm. */
export type MetricSeries = {
  readonly metric: string;
  readonly arm: Arm;
  readonly total: Measure;
  readonly window: Window<Measure>;
};

/** How something is. Missing data is never healthy. */
export type MetricStatus = "healthy" | "warning" | "critical" | "insufficient" | "stale";

/**
 * A list of metrics with different names, at most 256. What is not on the list cannot be observed, so that names
 * that someone makes up cost no memory.
 */
export type Metrics = readonly Metric[];

/**
 * Count, sum, sum of squares, least and greatest of observations.
 *
 * The sums are exact, so mean and variance are those of real arithmetic to a few roundings, even where all values
 * share their leading digits. An observation is 0 or has a magnitude from 1e-60 to 1e60.
 *
 * As JSON: `{"n":3,"sum":[6],"squares":[14],"min":1,"max":3}`; a sum is a list of floats that add up to it. With no
 * observations `min` and `max` are `null`.
 */
export type Moments = {
  readonly n: number;
  readonly sum: ExactSum;
  readonly squares: ExactSum;
  readonly min: number | null;
  readonly max: number | null;
};

/** A sentence or two. */
export type Note = {
  /** How grave it is. */
  readonly level: NoteLevel;
  /** What it is about. */
  readonly topic: NoteTopic;
  /** The metric that it is about; all of them if none is named. */
  readonly metric?: string;
  /** The arm that it is about. */
  readonly arm?: string;
  /** The sentences. */
  readonly text: string;
};

/** How grave a note is. */
export type NoteLevel = "stop" | "finding" | "limit" | "method";

/** What a note is about. */
export type NoteTopic =
  | "sampleRatioMismatch"
  | "tooEarly"
  | "difference"
  | "noDifference"
  | "harm"
  | "unknown"
  | "noPlan"
  | "fewUnits"
  | "shortTime"
  | "crossedUnits"
  | "missingUnits"
  | "severalValues"
  | "manyTests"
  | "looks"
  | "covariate"
  | "belief";

/** Nothing but the question itself. */
export type Nothing = Readonly<Record<string, never>>;

/** What kind of news. */
export type NotificationTemplate =
  | "rolledBack"
  | "gateClosed"
  | "dataMissing"
  | "completed"
  | "application"
  | "invitation"
  | "invitationEnded"
  | "approved"
  | "waitlisted"
  | "declined"
  | "suspended"
  | "graduated"
  | "feedbackDue"
  | "seatLost"
  | "programClosed"
  | "announcement"
  | "rollbackNotVerified";

/**
 * What was observed of some metrics in some arms, by slots of time.
 *
 * States of several hosts merge in any order to the same bits. Names that the list of metrics does not have are
 * refused, and so is more than 2,048 series. Slots are kept until `Observations::forget`; totals are kept for good,
 * so that counters never fall.
 *
 * As JSON: `{"slotMs":60000,"metrics":[...],"series":[{"metric":"errors","arm":"canary","total":{...},
 * "window":{"slot":60000,"slots":{"29456640":{...}}}}]}`, the series in the order of their metrics and arms.
 */
export type Observations = {
  readonly slotMs: number;
  readonly metrics: Metrics;
  readonly series: readonly MetricSeries[];
};

/** What can be observed. */
export type ObservationsQuestion = {
  /** The metrics. */
  readonly metrics: Metrics;
  /** The length of a slot in milliseconds. */
  readonly slotMs: number;
};

/** A store, and what was seen since. */
export type ObserveQuestion = {
  /** The store. */
  readonly observations: Observations;
  /** What was seen. */
  readonly seen: readonly MetricObservation[];
};

/**
 * Count, sums, sums of squares and sum of products of pairs `(x, y)`.
 *
 * For a ratio metric `x` is the denominator and `y` the numerator of one unit, such as page views and clicks of a
 * user. For CUPED `x` is the covariate from before the experiment and `y` the outcome. For a trend `x` is the time.
 * Sums are exact; bounds are those of `Moments`.
 *
 * As JSON: `{"n":2,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[8]}`.
 */
export type PairMoments = {
  readonly n: number;
  readonly x: ExactSum;
  readonly y: ExactSum;
  readonly xx: ExactSum;
  readonly yy: ExactSum;
  readonly xy: ExactSum;
};

/** What one metric adds to the score. */
export type PartHealth = {
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** The metric's value, where it is known. */
  readonly value: number | null;
  /** From this value on it has all points. */
  readonly good: number;
  /** From this value on it has none. */
  readonly bad: number;
  /** How many observations. */
  readonly count: number;
  /** How many milliseconds ago the newest slot ended. */
  readonly ageMs: number | null;
  /** From 0 to 100, by the same bands as the score; null where the value is not known. */
  readonly points: number | null;
  /** The share of the score that this part decides, from 0 to 1. */
  readonly weight: number;
  /** How many points of the score it takes away. */
  readonly lost: number | null;
  /** How this part is by itself. */
  readonly status: MetricStatus;
};

/** What kind of part of a snapshot. */
export type PartKind = "flag" | "segment" | "layer" | "holdout" | "service" | "attribute";

/** What a plan will do. */
export type PlanCharacteristics = {
  /** Stage by stage. */
  readonly stages: readonly StageCharacteristics[];
  /** Test by test. */
  readonly tests: readonly TestCharacteristics[];
};

/** What there is to say of a plan. */
export type PowerAnswer = {
  /** The plan with all that was left out. */
  readonly plan: PowerPlan;
  /** What was found, in the order in which it was asked. */
  readonly sizes: readonly PowerSize[];
};

/** What the control's metric is expected to be. */
export type PowerBaseline =
  | { readonly rate: number }
  | {
      readonly mean: {
        /** The mean. */
        readonly mean: number;
        /** The standard deviation. */
        readonly deviation: number;
      };
    };

/** What is to be found out about a plan. */
export type PowerFind =
  | { readonly lift: number }
  | { readonly lifts: readonly number[] }
  | { readonly units: number }
  | { readonly days: number };

/** An experiment that is planned. */
export type PowerPlan = {
  /** What the control is expected to have. */
  readonly baseline: PowerBaseline;
  /** How many arms there are, the control among them: from 2 to 32. Each is compared with the control. */
  readonly arms: number;
  /** The control's share of all units; the others have equal parts of the rest. Between 0 and 1. */
  readonly controlShare: number;
  /** The confidence of all comparisons together, between 0 and 1. With more than two arms each has its part of the error. */
  readonly confidence: number;
  /** The probability of finding the effect, between 0 and 1. */
  readonly power: number;
  /** How many units come on a day, in all arms together; above 0 if it is known. */
  readonly daily: number | null;
};

/**
 * What is asked before an experiment. All but the baseline may be left out.
 *
 * As JSON: `{"baseline":{"rate":0.05},"arms":2,"controlShare":0.5,"confidence":0.95,"power":0.8,"daily":2000,
 * "find":{"lift":0.05}}`.
 */
export type PowerRequest = {
  /** What the control is expected to have. */
  readonly baseline: PowerBaseline;
  /** How many arms there are, the control among them; 2 unless it is said. */
  readonly arms?: number;
  /** The control's share of all units; that of every arm unless it is said. */
  readonly controlShare?: number | null;
  /** The confidence of all comparisons together; 0.95 unless it is said. */
  readonly confidence?: number;
  /** The probability of finding the effect; 0.8 unless it is said. */
  readonly power?: number;
  /** How many units come on a day, in all arms together. */
  readonly daily?: number | null;
  /** What is to be found out; what effects from 1 % to 50 % need unless it is said. */
  readonly find?: PowerFind;
};

/** What an effect needs, or what a number of units can find. */
export type PowerSize = {
  /** The relative effect, as a share of 1: treatment by control minus 1. */
  readonly lift: number;
  /** The same in units of the metric. */
  readonly difference: number;
  /** Units of the control. */
  readonly control: number;
  /** Units of each other arm. */
  readonly treatment: number;
  /** Units of all arms. */
  readonly units: number;
  /** How many days that takes, begun ones counted. */
  readonly days: number | null;
};

/** A share in parts per million, `0..=1_000_000`. */
export type Ppm = number;

/** Who may come. */
export type ProgramAdmission = "selfService" | "invitation";

/** Whether somebody looks at applications. An invitation is an approval. */
export type ProgramApproval = "required" | "automatic";

/**
 * What is wished of a program. Units are the application's own ids. Of an e-mail the host gives a digest that nobody can
 * guess without the host's salt; of an invitation's token the digest, but to accept it.
 */
export type ProgramCommand =
  | {
      readonly type: "create";
      /** The environment in which membership gives something. Elsewhere its segments are there and empty. */
      readonly environment: string;
      /** The key of the segment of everybody with access; those of features are `segment/feature`. */
      readonly segment: string;
      /** The attribute that holds the unit, if members are no users: see segments of snapshots. */
      readonly by?: string | null;
      /** What it is run by. */
      readonly rules: ProgramRules;
    }
  | {
      readonly type: "change";
      /** As they are to be. */
      readonly rules: ProgramRules;
    }
  | {
      readonly type: "setFeature";
      /** The flag's key. */
      readonly feature: string;
      /** The level from which members have it. */
      readonly level: ProgramLevel;
      /** How many of them at most; all without it. */
      readonly seats?: number | null;
    }
  | {
      readonly type: "removeFeature";
      /** The flag's key. */
      readonly feature: string;
    }
  | { readonly type: "close" }
  | {
      readonly type: "invite";
      /** The SHA-256 of the token, in lower-case hexadecimal digits. The token is random, and the invitee's alone. */
      readonly token: string;
      /** The unit. */
      readonly unit?: string | null;
      /** The digest of the e-mail. */
      readonly email?: string | null;
      /** The level that it gives. */
      readonly level: ProgramLevel;
    }
  | {
      readonly type: "revokeInvitation";
      /** The digest of its token. */
      readonly token: string;
    }
  | {
      readonly type: "accept";
      /** The unit. */
      readonly unit: string;
      /** The token itself. It is compared, and not kept. */
      readonly token: string;
      /** The digest of the e-mail: needed if the invitation went to that. */
      readonly email?: string | null;
    }
  | {
      readonly type: "apply";
      /** The unit. */
      readonly unit: string;
      /** The level. */
      readonly level: ProgramLevel;
      /** The digest of the e-mail. */
      readonly email?: string | null;
    }
  | {
      readonly type: "approve";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "decline";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "activate";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "suspend";
      /** The unit. */
      readonly unit: string;
      /** Why: stays in the history. */
      readonly reason: string;
    }
  | {
      readonly type: "reinstate";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "graduate";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "leave";
      /** The unit. */
      readonly unit: string;
    }
  | {
      readonly type: "setLevel";
      /** The unit. */
      readonly unit: string;
      /** The level. */
      readonly level: ProgramLevel;
    }
  | {
      readonly type: "addToGroup";
      /** The unit. */
      readonly unit: string;
      /** The group's name. */
      readonly group: string;
    }
  | {
      readonly type: "removeFromGroup";
      /** The unit. */
      readonly unit: string;
      /** The group's name. */
      readonly group: string;
    }
  | {
      readonly type: "submitFeedback";
      /** The unit. */
      readonly unit: string;
      /** The flag's key. */
      readonly feature: string;
      /** From 1 to 5. */
      readonly rating: number;
      /** In words. */
      readonly text?: string | null;
    }
  | {
      readonly type: "announce";
      /** Those of this level and of those closer; of all levels without it. */
      readonly level?: ProgramLevel | null;
      /** Those of this group alone. */
      readonly group?: string | null;
      /** In a line. */
      readonly subject: string;
      /** In full. */
      readonly message: string;
    };

/** Something that happened in a program. */
export type ProgramEvent =
  | {
      readonly type: "created";
      /** Where membership gives something. */
      readonly environment: string;
      /** The key of its segment. */
      readonly segment: string;
      /** The attribute that holds the unit. */
      readonly by?: string | null;
      /** What it is run by. */
      readonly rules: ProgramRules;
    }
  | {
      readonly type: "changed";
      /** As they were. */
      readonly before: ProgramRules;
      /** As they are. */
      readonly after: ProgramRules;
    }
  | {
      readonly type: "featureSet";
      /** The flag's key. */
      readonly feature: string;
      /** As it was; nothing if there was none. */
      readonly before?: ProgramFeature | null;
      /** As it is; nothing if there is none. */
      readonly after?: ProgramFeature | null;
    }
  | { readonly type: "closed" }
  | {
      readonly type: "invited";
      /** The digest of its token. */
      readonly token: string;
      /** To whom. */
      readonly unit?: string | null;
      /** The digest of the e-mail that it went to. */
      readonly email?: string | null;
      /** What it gives. */
      readonly level: ProgramLevel;
      /** From when it cannot be accepted any more, in milliseconds since the epoch. */
      readonly expires: number;
    }
  | {
      readonly type: "accepted";
      /** The digest of its token. */
      readonly token: string;
      /** By whom. */
      readonly unit: string;
      /** The digest of the e-mail. */
      readonly email?: string | null;
      /** What it gave. */
      readonly level: ProgramLevel;
      /** How the member stands now. */
      readonly to: MemberState;
    }
  | {
      readonly type: "invitationEnded";
      /** The digest of its token. */
      readonly token: string;
      /** How. */
      readonly by: InvitationEnding;
    }
  | {
      readonly type: "applied";
      /** Which. */
      readonly unit: string;
      /** The digest of the e-mail. */
      readonly email?: string | null;
      /** For what. */
      readonly level: ProgramLevel;
      /** How the member stands now. */
      readonly to: MemberState;
    }
  | {
      readonly type: "moved";
      /** Which. */
      readonly unit: string;
      /** How it stood. */
      readonly from: MemberState;
      /** How it stands. */
      readonly to: MemberState;
      /** Why, if that was said. */
      readonly reason?: string | null;
    }
  | {
      readonly type: "seated";
      /** The flag's key. */
      readonly feature: string;
      /** Which, in the order of the line. */
      readonly units: readonly string[];
    }
  | {
      readonly type: "seen";
      /** Which. */
      readonly unit: string;
    }
  | {
      readonly type: "levelSet";
      /** Which. */
      readonly unit: string;
      /** As it was. */
      readonly before: ProgramLevel;
      /** As it is. */
      readonly after: ProgramLevel;
    }
  | {
      readonly type: "grouped";
      /** Which. */
      readonly unit: string;
      /** The group's name. */
      readonly group: string;
    }
  | {
      readonly type: "ungrouped";
      /** Which. */
      readonly unit: string;
      /** The group's name. */
      readonly group: string;
    }
  | {
      readonly type: "feedbackGiven";
      /** Which. */
      readonly unit: string;
      /** The flag's key. */
      readonly feature: string;
      /** From 1 to 5. */
      readonly rating: number;
      /** In words. */
      readonly text?: string | null;
    }
  | {
      readonly type: "feedbackAsked";
      /** Which. */
      readonly unit: string;
    }
  | {
      readonly type: "announced";
      /** Those of this level and of those closer. */
      readonly level?: ProgramLevel | null;
      /** Those of this group alone. */
      readonly group?: string | null;
      /** In a line. */
      readonly subject: string;
      /** In full. */
      readonly message: string;
    };

/**
 * A flag that is open to members before it is to everybody. How the flag is served to them is the flag's: shares,
 * prerequisites and kills are in it.
 */
export type ProgramFeature = {
  /** The level from which members have it. */
  readonly level: ProgramLevel;
  /** How many of them at most; all without it. */
  readonly seats?: number | null;
};

/** How long it took members to get on, of those who have come that far. */
export type ProgramFunnel = {
  /** From applying or accepting to a seat. */
  readonly toSeat: ProgramTimes;
  /** From a seat to the first use. */
  readonly toUse: ProgramTimes;
};

/** How close somebody is to what is being made. Each level has the features of those after it: alpha has all of them. */
export type ProgramLevel = "stable" | "preview" | "beta" | "alpha";

/** What a program is run by. It may change at any time; what was decided by it stays. */
export type ProgramRules = {
  /** Who may come. */
  readonly admission: ProgramAdmission;
  /** Whether somebody looks at applications. */
  readonly approval: ProgramApproval;
  /** For how long an invitation can be accepted. Above 0. */
  readonly invitationLifetime: Duration;
  /** How many seats there are; as many as are wanted without it. */
  readonly capacity?: number | null;
  /** Whether a seat is for those who say something. */
  readonly feedback?: FeedbackRule | null;
};

/** Seats, of a program or of a feature. */
export type ProgramSeats = {
  /** Taken. More than there are if there were more once: nobody is put out. */
  readonly used: number;
  /** How many there are; as many as are wanted without it. */
  readonly capacity?: number;
  /** How many wait for one. */
  readonly waiting: number;
};

/** Spans of time, in milliseconds. */
export type ProgramTimes = {
  /** How many there are. */
  readonly count: number;
  /** Half of them are not longer; nothing without any. */
  readonly medianMs: number | null;
  /** The longest. */
  readonly longestMs: number | null;
};

/** An early-access program. */
export type ProgramView = {
  /** Its id. */
  readonly id: string;
  /** How many ever were members, by how they stand. */
  readonly states: { readonly [key in MemberState]?: number };
  /** How many have access, by level. */
  readonly levels: { readonly [key in ProgramLevel]?: number };
  /** How many have access, by group. */
  readonly groups: { readonly [key in string]: number };
  /** How many invitations there were, by how they stand. */
  readonly invitations: { readonly [key in InvitationState]?: number };
  /** The program's seats. */
  readonly seats: ProgramSeats;
  /** By the keys of their flags. */
  readonly features: { readonly [key in string]: FeatureStatistics };
  /** How long it took members to get on. */
  readonly funnel: ProgramFunnel;
};

/** What was observed of a metric in an arm, from the beginning. */
export type ProgressFigure = {
  /** The metric. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** How many observations. */
  readonly count: number;
  /** The metric's value; null where there is none. */
  readonly value: number | null;
};

/**
 * What all exported names begin with: `vexil` unless it is said otherwise. It begins with a letter or `_` and has at
 * most 64 letters, digits and `_`.
 */
export type PrometheusPrefix = string;

/** A report for Prometheus. */
export type PrometheusQuestion = {
  /** The report. */
  readonly report: ReportQuestion;
  /** What all names begin with; `vexil` unless it is said. */
  readonly prefix?: PrometheusPrefix;
};

/**
 * How many of some trials succeeded. What counts as a success is the metric's business: a conversion, or an error.
 *
 * As JSON: `{"successes":3,"trials":100}`.
 */
export type Proportion = { readonly successes: number; readonly trials: number };

/** What a share of units is computed from. */
export type ProportionRow = {
  /** The arm. */
  readonly arm: string;
  /** Units that did it. */
  readonly successes: number;
  /** Units. */
  readonly trials: number;
};

/** Which quantile, in parts per million: 950,000 is p95. From 1 to 999,999. */
export type QuantileLevel = number;

/** Which quantile, and what was seen. */
export type QuantileRows = {
  /** Which quantile, in parts per million. */
  readonly level: QuantileLevel;
  /** The values of each arm. */
  readonly arms: readonly SketchRow[];
};

/** A store, and what of it must be known. */
export type QueriesQuestion = {
  /** The store. */
  readonly observations: Observations;
  /** The arms. */
  readonly arms: readonly Arm[];
  /** The span in milliseconds. */
  readonly spanMs: number;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** An estimate and what bounds it. */
export type Ranged = {
  /** The estimate. */
  readonly estimate: number;
  /** The values that the data do not speak against. An end that is missing is no bound. */
  readonly interval: Interval;
};

/** The two quantities of one unit that a ratio is of. */
export type RatioParts = {
  /** Such as clicks. */
  readonly numerator: number;
  /** Such as page views. */
  readonly denominator: number;
};

/** A store, and observations as they came since. */
export type RecordQuestion = {
  /** The store. */
  readonly observations: Observations;
  /** The observations. */
  readonly samples: readonly Samples[];
};

/** A command was refused. The workspace is as it was. */
export type Rejection = {
  /** What kind of refusal. */
  readonly code: RejectionCode;
  /** What is wrong, and what to do instead. */
  readonly message: string;
  /** What validation says of the snapshot that would have been published. */
  readonly diagnostics?: readonly Diagnostic[];
};

/** What kind of refusal. */
export type RejectionCode =
  | "malformed"
  | "wrongBeginning"
  | "stale"
  | "unknown"
  | "taken"
  | "nothingToDo"
  | "owned"
  | "wrongState"
  | "reshuffles"
  | "invalid";

/** A change as a share of the baseline, of which 0 has none. */
export type RelativeChange =
  | { readonly case: "change" } & ComparisonEffect
  | { readonly case: "fromNegative" } & ComparisonEffect
  | { readonly case: "fromZero" }
  | { readonly case: "unknown" };

/** Who has to say yes. */
export type ReleaseApprovals = {
  /** Whose word counts; everybody's, if nobody is named. */
  readonly by?: readonly string[];
  /** How many different people it takes; all who are named, by default. */
  readonly least?: number | null;
  /** Whether every phase but the last ends at a gate, which takes as many anew. */
  readonly eachPhase?: boolean;
};

/** What is outstanding of a rollback. */
export type ReleaseAsked = {
  /** The name of the step or of the check. */
  readonly step: string;
  /** How often that was asked, from 1. */
  readonly attempt: number;
  /** When the answer is due, in milliseconds since the epoch; for checks. */
  readonly deadline?: number;
};

/** What can be asked of a release. */
export type ReleaseCommand =
  | {
      readonly type: "plan";
      /** All of it. */
      readonly draft: ReleaseDraft;
    }
  | {
      readonly type: "promote";
      /** The release that is copied. */
      readonly of: string;
      /** The environment that gets the copy. */
      readonly to: string;
      /** What else there is to say. */
      readonly terms?: ReleaseTerms;
    }
  | {
      readonly type: "change";
      /** All of it. */
      readonly draft: ReleaseDraft;
    }
  | { readonly type: "approve" }
  | {
      readonly type: "start";
      /** Why a copy may draw units of its environment anew. */
      readonly despite?: string | null;
    }
  | {
      readonly type: "advance";
      /** Why it shall go on although its guardrails do not say that it may. */
      readonly despite?: string | null;
    }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "complete" }
  | {
      readonly type: "rollBack";
      /** Why. */
      readonly reason: string;
    }
  | {
      readonly type: "acknowledge";
      /** Its name. */
      readonly step: string;
      /** Whether it was done; that of a check is that all is well. */
      readonly done: boolean;
      /** What there is to say of it. */
      readonly note?: string | null;
    }
  | { readonly type: "cancel" };

/** What a release brings. */
export type ReleaseContent =
  | {
      readonly type: "rollout";
      /** The rules. */
      readonly rules: readonly RolloutTarget[];
      /** The phases. */
      readonly plan: DeliveryStages;
    }
  | {
      readonly type: "copy";
      /** The other release. */
      readonly of: string;
      /** Its flags as that environment had them when it was completed. */
      readonly flags: { readonly [key in string]: Document };
    };

/** A release as it is planned. */
export type ReleaseDraft = {
  /** Where it is released. */
  readonly environment: string;
  /** Its version: above that which runs there, and never planned there before. */
  readonly version: Version;
  /** Its type, which agrees with the version. */
  readonly kind: ReleaseKind;
  /** Whether it is a hotfix of a line below the version that runs there, which goes on being the current one. */
  readonly olderLine?: boolean;
  /** What is new. */
  readonly notes?: ReleaseNotes;
  /** The rules of flags that it drives; at least one. */
  readonly rules: readonly RolloutTarget[];
  /** The phases; those of its type by default. */
  readonly plan?: DeliveryPlan | null;
  /** What else there is to say. */
  readonly terms?: ReleaseTerms;
};

/** What happens to a release. */
export type ReleaseEvent =
  | {
      readonly type: "planned";
      /** All of it. */
      readonly manifest: ReleaseManifest;
    }
  | {
      readonly type: "changed";
      /** As it was. */
      readonly before: ReleaseManifest;
      /** As it is. */
      readonly after: ReleaseManifest;
    }
  | {
      readonly type: "approved";
      /** Who. */
      readonly by: string;
      /** To the end of which phase, from 0; without it to the start. */
      readonly phase?: number | null;
    }
  | { readonly type: "started" }
  | {
      readonly type: "phaseBegan";
      /** From 0. */
      readonly phase: number;
      /** What is served at its start. */
      readonly exposure: Exposure;
      /** Why. */
      readonly cause: DeliveryCause;
    }
  | {
      readonly type: "paused";
      /** Why. */
      readonly cause: DeliveryCause;
    }
  | { readonly type: "resumed" }
  | {
      readonly type: "released";
      /** How to take it back. */
      readonly undo: readonly ReleaseUndo[];
      /** Its flags as its environment has them now, for promotion. */
      readonly flags: { readonly [key in string]: Document };
    }
  | {
      readonly type: "superseded";
      /** The id of its release. */
      readonly by: string;
    }
  | { readonly type: "reinstated" }
  | {
      readonly type: "rollbackBegan";
      /** The version that runs now; none if none ran before. */
      readonly to?: Version | null;
      /** What brought it about. */
      readonly cause: DeliveryCause;
      /** Why. */
      readonly reason?: string | null;
    }
  | {
      readonly type: "asked";
      /** Its name. */
      readonly step: string;
      /** How often that was asked, from 1. */
      readonly attempt: number;
      /** When the answer is due, in milliseconds since the epoch; for checks. */
      readonly deadline?: number | null;
    }
  | {
      readonly type: "done";
      /** Its name. */
      readonly step: string;
    }
  | {
      readonly type: "stepFailed";
      /** Its name. */
      readonly step: string;
      /** What there is to say of it. */
      readonly note?: string | null;
    }
  | {
      readonly type: "verificationFailed";
      /** What has failed. */
      readonly step: string;
      /** Whether nobody has answered in time. */
      readonly isLate: boolean;
      /** What there is to say of it. */
      readonly note?: string | null;
    }
  | { readonly type: "rolledBack" }
  | { readonly type: "cancelled" };

/** What type of release. It must agree with the version. */
export type ReleaseKind = "major" | "minor" | "patch" | "hotfix" | "beta" | "alpha";

/** What a release is. */
export type ReleaseManifest = {
  /** Where it is released. */
  readonly environment: string;
  /** Its version. */
  readonly version: Version;
  /** Its type. */
  readonly kind: ReleaseKind;
  /** Whether it is a hotfix of a line below the version that runs there. */
  readonly olderLine?: boolean;
  /** What is new. */
  readonly notes: ReleaseNotes;
  /** What it brings. */
  readonly content: ReleaseContent;
  /** Who has to say yes. */
  readonly approvals: ReleaseApprovals;
  /** When no phase begins and time stands still. */
  readonly freezes?: DeliveryFreezes;
  /** What is done when it is taken back. */
  readonly recovery: ReleaseRecovery;
};

/** What is new. */
export type ReleaseNotes = {
  /** What there was not before. */
  readonly features?: readonly string[];
  /** What was wrong before. */
  readonly fixes?: readonly string[];
  /** What is not as before. */
  readonly breakingChanges?: readonly string[];
};

/** How a release stands. All of it is what has happened: a clock moves nothing of it. */
export type ReleaseOverview = {
  /** The id of the release. */
  readonly release: string;
  /** Its version. */
  readonly version: Version;
  /** Its type. */
  readonly kind: ReleaseKind;
  /** Where. */
  readonly environment: string;
  /** How it stands. */
  readonly state: ReleaseState;
  /** Why, in words. */
  readonly reason: string;
  /** Whether its version is the one that runs there. */
  readonly isCurrent: boolean;
  /** The phases that are over. */
  readonly phasesDone: number;
  /** All phases. */
  readonly phases: number;
  /** The phases that are over among all; 0 for what was taken back. */
  readonly progress: Exposure;
  /** What is served of it: 0 for what was not begun, taken back or called off. */
  readonly exposure: Exposure;
  /** Who said yes to what is next. */
  readonly approved: readonly string[];
  /** How many have yet to say yes to what is next. */
  readonly approvalsMissing: number;
  /** What is outstanding of its rollback. */
  readonly outstanding?: ReleaseAsked;
};

/** What the host does when a release is taken back, and what it looks at then. */
export type ReleaseRecovery = {
  /** What it does, one after another. */
  readonly steps: readonly string[];
  /** What it looks at after that, one after another. */
  readonly verification: readonly ReleaseVerification[];
};

/** What is done when a release is taken back, once its rules serve what they served before. */
export type ReleaseRollback = {
  /**
   * What takes it back by itself, for the phases of its type: what is held against those who are exposed. A plan of its
   * own has its own `monitoring`.
   */
  readonly triggers?: DeliveryMonitoring | null;
  /** What the host does then, one after another. */
  readonly steps?: readonly string[];
  /** What the host looks at after that, one after another. */
  readonly verification?: readonly ReleaseVerification[];
};

/** How a release stands. */
export type ReleaseState =
  | "planned"
  | "inProgress"
  | "paused"
  | "rollingBack"
  | "failedVerification"
  | "released"
  | "rolledBack"
  | "superseded"
  | "cancelled";

/** What is said of releases and of copies alike. */
export type ReleaseTerms = {
  /** Who has to say yes; nobody by default. */
  readonly approvals?: ReleaseApprovals;
  /** When no phase begins and time stands still. */
  readonly freezes?: readonly DeliveryFreeze[];
  /** What is done when it is taken back. */
  readonly rollback?: ReleaseRollback;
};

/** What a completed release has written, and what was there before. */
export type ReleaseUndo =
  | {
      readonly type: "rule";
      /** The flag. */
      readonly flag: string;
      /** The id of its rule. */
      readonly rule: string;
      /** What it served before. */
      readonly before: JsonValue;
      /** What it serves. */
      readonly after: JsonValue;
    }
  | {
      readonly type: "members";
      /** The flag. */
      readonly flag: string;
      /** As they were; null where there was none. */
      readonly before: Document;
      /** As they are. */
      readonly after: Document;
    };

/** Something to look at after a rollback. */
export type ReleaseVerification = {
  /** Its name. */
  readonly step: string;
  /** How long the host has for it. */
  readonly within: Duration;
};

/** What there is to show at an instant. */
export type Report = {
  /** When. */
  readonly at: Timestamp;
  /** Of what. */
  readonly subject: string;
  /** The span in milliseconds. */
  readonly windowMs: number;
  /** The arms. */
  readonly arms: readonly ArmRow[];
  /** Each metric in each arm, observed or not. */
  readonly metrics: readonly MetricRow[];
  /** Each metric in each arm beside the baseline, where both were observed. */
  readonly comparisons: readonly ComparisonRow[];
  /** How every rule of alerts stands; empty unless someone adds them. */
  readonly alerts: readonly AlertRow[];
  /** How well it does, if someone adds it. */
  readonly health: Health | null;
  /** How many use it, if someone adds it. */
  readonly adoption: Adoption | null;
  /** What flags really serve, if someone adds them. */
  readonly flags: readonly FlagRow[];
};

/** Rules of alerts, and how they stand. */
export type ReportAlerts = {
  /** The rules. */
  readonly rules: readonly AlertRule[];
  /** How they stand, by their keys. */
  readonly states: { readonly [key in string]: AlertState };
};

/** The breaker of a flag. */
export type ReportBreaker = {
  /** The rule. */
  readonly rule: BreakerRule;
  /** Where it is. */
  readonly state: Breaker;
};

/** A flag, with what it would serve. */
export type ReportFlag = {
  /** Its key. */
  readonly flag: string;
  /** Whether it is enabled and not killed. */
  readonly isOn: boolean;
  /** Its exposure without a breaker, in parts per million. */
  readonly exposure: number;
  /** Its breaker, if it has one. */
  readonly breaker?: ReportBreaker | null;
};

/** What a report is made of. */
export type ReportQuestion = {
  /** What it is about. */
  readonly scope: ReportScope;
  /** What was observed. */
  readonly observations: Observations;
  /** Rules of alerts, and how they stand. */
  readonly alerts?: ReportAlerts | null;
  /** What health is measured by. */
  readonly health?: HealthModel | null;
  /** Those who use it, and those who could. */
  readonly adoption?: AdoptionQuestion | null;
  /** Flags, with what they would serve. */
  readonly flags?: readonly ReportFlag[];
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/**
 * What a report is about.
 *
 * As JSON: `{"subject":"checkout","arms":[{"arm":"control","active":true,"share":900000},...],"baseline":"control",
 * "windowMs":3600000}`. `baseline` may be left out, and so may `trend`, `confidence` (0.95) and `bounds`.
 */
export type ReportScope = {
  /** The rollout, deployment or release that the arms are of. */
  readonly subject: string;
  /** The arms, each with what it serves. */
  readonly arms: readonly ArmRow[];
  /** The arm that the others are compared with. */
  readonly baseline?: Arm | null;
  /** The span that values, figures and trends are of, in milliseconds. */
  readonly windowMs: number;
  /** How trends are looked for. */
  readonly trend?: TrendRule;
  /** The confidence of the intervals of comparisons. */
  readonly confidence?: number;
  /** The bounds of histograms. */
  readonly bounds?: HistogramBounds;
};

/** What can be asked of a rollout. */
export type RolloutCommand =
  | {
      readonly type: "start";
      /** Where. */
      readonly environment: string;
      /** At least one rule, which no other rollout drives. They are driven together. */
      readonly rules: readonly RolloutTarget[];
      /** What is to be done. */
      readonly plan: DeliveryPlan;
    }
  | {
      readonly type: "record";
      /** Each at or before now. The arms are `canary`, who is exposed, and `control`, who would be at 100 %. */
      readonly observations: readonly MetricObservation[];
    }
  | {
      readonly type: "advance";
      /** Why it shall go on although its guardrails do not say that it may. */
      readonly despite?: string | null;
    }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "rollBack" }
  | { readonly type: "abort" }
  | { readonly type: "complete" };

/** Which rules a rollout drives, and along what. */
export type RolloutCourse = {
  /** Where. */
  readonly environment: string;
  /** The rules. */
  readonly rules: readonly RolloutDriven[];
  /** The stages. */
  readonly plan: DeliveryStages;
};

/** A rule that is driven. */
export type RolloutDriven = {
  /** The flag. */
  readonly flag: string;
  /** The id of its rule. */
  readonly rule: string;
  /** The split that is served, but for its exposure. */
  readonly split: Document;
};

/** What happens to a rollout. */
export type RolloutEvent =
  | {
      readonly type: "started";
      /** What it drives. */
      readonly course: RolloutCourse;
    }
  | {
      readonly type: "observed";
      /** What. */
      readonly observations: readonly MetricObservation[];
    }
  | {
      readonly type: "judged";
      /** What they said, with the evidence. */
      readonly verdict: StageVerdict;
    }
  | {
      readonly type: "reached";
      /** Where. */
      readonly reached: DeliveryReached;
    };

/** A rule that is to be driven. */
export type RolloutTarget = {
  /** The flag. */
  readonly flag: string;
  /** The id of its rule. */
  readonly rule: string;
  /** The variant that is rolled out, unless the rule has a split already. */
  readonly variant?: string | null;
};

/** A rollout. */
export type RolloutView = {
  /** Its id. */
  readonly id: string;
  /** The rules that it drives, by flag and id. */
  readonly rules: ReadonlyArray<readonly [string, string]>;
  /** How it stands. */
  readonly status: DeliveryStatus;
  /** Its stage, from 0; the number of stages at the end. */
  readonly stage: number;
  /** How many stages there are. */
  readonly stages: number;
  /** What is served of it; nothing if it was taken back. */
  readonly exposure: Exposure;
  /** What it is to come to. */
  readonly target: Exposure;
  /** How long it has been in its stage, in milliseconds of active time. */
  readonly activeMs: number;
  /** When it began, in milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** When it will be at its target, if nothing holds it up; null while something does. */
  readonly endsAt: number | null;
  /** The last verdict that was noted. */
  readonly verdict: StageVerdict | null;
  /** All that was observed of each metric, by arm. */
  readonly figures: readonly ProgressFigure[];
};

/**
 * One observation as it comes.
 *
 * As JSON: `true`, `12.5` or `{"numerator":3,"denominator":7}`.
 */
export type Sample = boolean | number | RatioParts;

/** Observations of a metric in an arm, as they came. */
export type Samples = {
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** When, in milliseconds since the epoch; it decides the slot. */
  readonly at: Timestamp;
  /** What. */
  readonly samples: readonly Sample[];
};

/** One guardrail, and what was observed. */
export type SeenQuestion = {
  /** The guardrail. */
  readonly guardrail: Guardrail;
  /** What was observed. */
  readonly observations: Observations;
  /** The arm that is rolled out; `canary` unless it is said. */
  readonly canary?: Arm;
  /** The arm beside it; `control` unless it is said, and none for a stage without one. */
  readonly control?: Arm | null;
  /** From when on data count. */
  readonly period: GuardrailPeriod;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** A first stage that will mostly be over before it has seen a fault: the lint `stage-too-short`. */
export type ShortFirstStage = {
  /** Of what. */
  readonly of: SimulationDriver;
  /** The chance, at least, with which a canary with twice the errors is caught in the stage. Below 0.5. */
  readonly caught: number;
  /** How many observations the canary has in it. */
  readonly canary: number;
  /** How long the stage lasts, in milliseconds. */
  readonly lengthMs: number;
  /** A length that is enough, in milliseconds; null if a thousand times the stage is not. */
  readonly enoughMs: number | null;
};

/** A plan of delivery, and what is observed of it. */
export type SimulateQuestion = {
  /** Who commands what, and when. */
  readonly scenario: SimulationScenario;
  /** What is observed. */
  readonly traffic: SimulationTraffic;
};

/** What came of a plan of delivery. */
export type Simulation = {
  /** What happened, but for observations. */
  readonly timeline: readonly SimulationMoment[];
  /** Plans that give this traffic too little time to show a fault. */
  readonly shortStages: readonly ShortFirstStage[];
  /** How everything stands at the end. */
  readonly ends: readonly SimulationEnd[];
  /** The log, as a host would have written it. */
  readonly log: string;
  /** The hash of its last record. */
  readonly head: string;
};

/** A command at its time. */
export type SimulationCommand = {
  /** How long after the start. */
  readonly at: Duration;
  /** Who. */
  readonly actor: string;
  /** Why. */
  readonly reason?: string | null;
  /** What. */
  readonly action: Action;
};

/** What is observed: a rollout or a deployment. As JSON `{"rollout":"r-1"}` or `{"deployment":"d-1"}`. */
export type SimulationDriver = { readonly rollout: string } | { readonly deployment: string };

/** How something stands at the end. */
export type SimulationEnd =
  | {
      readonly kind: "rollout";
      /** Its id. */
      readonly id: string;
      /** How it stands. */
      readonly status: DeliveryStatus;
      /** What is served of it. */
      readonly exposure: Exposure;
    }
  | {
      readonly kind: "deployment";
      /** Its id. */
      readonly id: string;
      /** How it stands. */
      readonly status: DeliveryStatus;
      /** What is served of it. */
      readonly exposure: Exposure;
    }
  | {
      readonly kind: "release";
      /** Its id. */
      readonly id: string;
      /** How it stands. */
      readonly status: ReleaseState;
      /** What is served of it. */
      readonly exposure: Exposure;
    }
  | {
      readonly kind: "program";
      /** Its id. */
      readonly id: string;
      /** Whether it is over. */
      readonly isClosed: boolean;
      /** Its seats. */
      readonly seats: ProgramSeats;
    };

/** Something that is wrong for a time. */
export type SimulationFault = {
  /** From so long after the start. */
  readonly from: Duration;
  /** To so long after the start. */
  readonly to: Duration;
  /** Of what; of everything if left out. */
  readonly of?: SimulationDriver | null;
  /** In which arm; in both if left out, which is an outage. */
  readonly arm?: Arm | null;
  /** How metrics behave then. Without any nothing is observed at all. */
  readonly metrics?: { readonly [key in string]: ExpectedBehaviour };
};

/** A command that made something happen, or was refused. */
export type SimulationMoment = {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Who. */
  readonly actor: string;
  /** What happened, in words. */
  readonly events: readonly string[];
  /** Why it was refused. */
  readonly rejected?: Rejection;
};

/** An observation of something. */
export type SimulationRecorded = {
  /** Of what. */
  readonly of: SimulationDriver;
  /** What was observed. */
  readonly observation: MetricObservation;
};

/** Who commands what, and when. */
export type SimulationScenario = {
  /** When it begins, with an offset, such as `2026-01-05T09:00:00Z`. */
  readonly start: string;
  /** How long it lasts. */
  readonly lasts: Duration;
  /** The commands, in any order. */
  readonly commands: readonly SimulationCommand[];
  /** How often the host records what it has observed; it also does before each wake. */
  readonly reportEvery?: Duration;
  /** How long a gate waits for somebody who opens it, and a release for each who has to say yes; without it nobody does. */
  readonly approvesAfter?: Duration | null;
  /** How long a step of a rollback, or a check after it, takes; without it nobody answers. */
  readonly answersAfter?: Duration | null;
};

/** What is observed. */
export type SimulationTraffic = {
  /** Where chance comes from: the same text gives the same traffic. */
  readonly seed?: string;
  /** How many requests there are in an hour, in both arms together. */
  readonly requestsPerHour?: number;
  /** How each metric behaves where nothing is wrong, by its name. Of others nothing is observed. */
  readonly metrics?: { readonly [key in string]: ExpectedBehaviour };
  /** What goes wrong. Of two at the same time the later in the list counts. */
  readonly faults?: readonly SimulationFault[];
  /** What was observed in fact. What has recorded observations has no others. */
  readonly recorded?: readonly SimulationRecorded[];
  /** How often a step of a rollback, or a check after it, fails before it is done, by its name. */
  readonly failingSteps?: { readonly [key in string]: number };
};

/**
 * Counts of values by magnitude.
 *
 * With a relative error of `alpha` and `gamma = (1 + alpha) / (1 - alpha)`, bucket `i` counts the values in
 * `(gamma^(i-1), gamma^i]`: the index of `x` is `ceil(ln(x) / ln(gamma))`. Every value of a bucket is within `alpha` of
 * `(1 - alpha) gamma^i`, relatively. Zeros are counted apart, and so are values above 0 and below 1e-9, and values
 * above 1e12, which no bucket has.
 *
 * As JSON: `{"alpha":0.01,"zero":2,"below":0,"above":0,"buckets":{"-3":1,"120":44}}`. `zero`, `below` and `above` may be
 * left out when they are 0. Every bucket that is there counts something.
 */
export type Sketch = {
  readonly alpha: number;
  readonly zero?: number;
  readonly below?: number;
  readonly above?: number;
  readonly buckets: { readonly [key in number]: number };
};

/** The values of an arm. */
export type SketchRow = {
  /** The arm. */
  readonly arm: string;
  /** How many values lie where. */
  readonly sketch: Sketch;
};

/** What will have happened by the end of a stage. */
export type StageCharacteristics = {
  /** How long it lasts, in milliseconds: as planned, or until there is the minimum of observations. */
  readonly lengthMs: number;
  /** How many observations the canary has in it. */
  readonly canary: number;
  /** How many the control has. */
  readonly control: number;
  /** The chance that a healthy canary was rolled back is not above this: the sum over the tests. */
  readonly healthyAtMost: number;
  /** The chance that a changed canary was caught is not below this: the best of the tests. */
  readonly caughtAtLeast: number;
};

/** What a stage's guardrails say together. */
export type StageVerdict = {
  /** The stage, from 0. */
  readonly stage: number;
  /** The worst of the answers: fail, then insufficient, then warn, then pass. Without guardrails nothing is known. */
  readonly outcome: GuardrailOutcome;
  /** Whether a control ran beside the canary. */
  readonly hasControl: boolean;
  /** The answers, in the order of the guardrails. */
  readonly verdicts: readonly GuardrailVerdict[];
};

/** A sum: one number, or a list of floats that add up to it, which is how aggregates write what one float cannot hold. */
export type Sum = number | readonly number[];

/**
 * The figures of a window. What the aggregates cannot tell is `null`: the median of a mean's values, which are not
 * kept, or anything of no observations. Figures of a quantile lie within the bounds that the sketch gives; the others
 * are exact but for the rounding of floats.
 */
export type Summary = {
  /** How many observations: trials, values, or units with both parts of a ratio. Exact, however many there are. */
  readonly count: number;
  /** The metric's value over all of the window: the rate of all trials, not the mean of the slots' rates. */
  readonly value: Figure | null;
  /** The mean of the observations. */
  readonly mean: Figure | null;
  /** The median of the observations, for a quantile. */
  readonly median: Figure | null;
  /** The least observation. */
  readonly min: Figure | null;
  /** The greatest observation. */
  readonly max: Figure | null;
  /** The sample standard deviation of the observations, from two on. */
  readonly deviation: Figure | null;
  /** The newest slot that has a value. */
  readonly latest: SummaryPoint | null;
  /** The metric's values slot by slot, which is what a chart shows. */
  readonly slots: SummarySlots | null;
  /** How many milliseconds ago the newest slot ended, whether it is in the window or not. */
  readonly ageMs: number | null;
};

/** The metric's value in one slot. */
export type SummaryPoint = {
  /** When the slot began. */
  readonly at: Timestamp;
  /** How many observations. */
  readonly count: number;
  /** The metric's value. */
  readonly value: number;
};

/** A metric of an arm over a span. */
export type SummaryQuestion = {
  /** What was observed. */
  readonly observations: Observations;
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** The span before now, in milliseconds. */
  readonly spanMs: number;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** How the values of slots lie. Each slot counts the same, so this is no summary of the observations. */
export type SummarySlots = {
  /** How many slots have a value. */
  readonly count: number;
  /** The least value. */
  readonly min: number;
  /** The value in the middle, or the mean of the two there. */
  readonly median: number;
  /** The greatest value. */
  readonly max: number;
};

/** Sums over the units of an arm, with one value `y`, or two values `x` and `y`, of each of them. */
export type SumsRow = {
  /** The arm. */
  readonly arm: string;
  /** How many units. */
  readonly n: number;
  /** The sum of `y`. */
  readonly y: Sum;
  /** The sum of the squares of `y`. */
  readonly yy: Sum;
  /** The sum of `x`. */
  readonly x?: Sum | null;
  /** The sum of the squares of `x`. */
  readonly xx?: Sum | null;
  /** The sum of the products of `x` and `y`. */
  readonly xy?: Sum | null;
};

/** What one test does. */
export type TestCharacteristics = {
  /** Which test. */
  readonly test: GuardrailTest;
  /** Whether the chances are those of the exact distribution, for independent observations; or an approximation. */
  readonly isExact: boolean;
  /** The chance that a healthy canary has failed by the end of each of the test's stages. */
  readonly healthy: readonly number[];
  /** The chance that a changed canary has failed by the end of each of the test's stages. */
  readonly changed: readonly number[];
  /** How many milliseconds after the test's begin a changed canary fails on average, of those that it fails. */
  readonly catchMs: number | null;
};

/** An arm compared with the control. */
export type Tested = {
  /** Arm minus control, in units of the metric. */
  readonly difference: Ranged;
  /** Arm by control minus 1; none where the control's value is not surely above 0. */
  readonly lift: Ranged | null;
  /** The probability of chance alone: at this look, or, for a sequential experiment, over all looks. */
  readonly pValue: number;
};

/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Timestamp = number;

/**
 * The slope of the least-squares line through the values of slots.
 *
 * The interval is that of a slope with independent, equally uncertain errors, `slope ± t(n - 2) * s / sqrt(Sxx)`.
 * Values of slots that follow each other are seldom quite independent, so it is rather too narrow than too wide.
 */
export type Trend = {
  /** How many slots have a value. */
  readonly slots: number;
  /** How many milliseconds the slope is for. */
  readonly perMs: number;
  /** The slope with its interval; null with too few slots. */
  readonly slope: TrendSlope | null;
  /** Which way the values go. */
  readonly course: TrendCourse;
  /** Whether that is the better way; null where the course is undecided. */
  readonly improving: boolean | null;
};

/** Which way the values go. */
export type TrendCourse = "rising" | "falling" | "undecided";

/** A metric of an arm over a span, and how its trend is looked for. */
export type TrendQuestion = {
  /** What was observed. */
  readonly observations: Observations;
  /** The metric's name. */
  readonly metric: string;
  /** The arm. */
  readonly arm: Arm;
  /** The span before now, in milliseconds. */
  readonly spanMs: number;
  /** How it is looked for. */
  readonly rule?: TrendRule;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/**
 * How a trend is looked for.
 *
 * As JSON: `{"slots":8,"confidence":0.95,"perMs":3600000}`; what is left out is that.
 */
export type TrendRule = { readonly slots?: number; readonly confidence?: number; readonly perMs?: number };

/** By how much a value changes, and the interval of the confidence that was asked for. */
export type TrendSlope = {
  /** The best guess. */
  readonly value: number;
  /** The slopes that the values do not speak against. */
  readonly interval: Interval;
};

/** A unit: a text, or a whole number. */
export type Unit = string | number;

/** A log whose chain is whole. */
export type Verified = {
  /** The hash of its last record; 64 zeros if there is none. */
  readonly head: string;
  /** How many bytes of it, in UTF-8, are whole transactions. What follows them was cut. */
  readonly length: number;
};

/** A semantic version, semver 2.0.0, as it was written. Build metadata are kept, and count for nothing. */
export type Version = string;

/** Rules of alerts, and how they stood. */
export type WatchQuestion = {
  /** The rules. */
  readonly rules: readonly AlertRule[];
  /** How they stood, by their keys; a rule without a state begins with one. */
  readonly states?: { readonly [key in string]: AlertState };
  /** What was observed. */
  readonly observations: Observations;
  /** Milliseconds since the epoch. */
  readonly now: Timestamp;
};

/** What watching came to. */
export type Watched = {
  /** The states after it: one for each rule, and no others. */
  readonly states: { readonly [key in string]: AlertState };
  /** What someone should hear of, in the order of the rules. */
  readonly notices: readonly AlertNotice[];
  /** When to look again at the latest, even if nothing is observed. */
  readonly wakeAt: Timestamp | null;
};

/**
 * Aggregates of slots of equal length. Slot `i` is the time from `i * length` to before `(i + 1) * length`, in
 * milliseconds since the epoch.
 *
 * As JSON: `{"slot":60000,"slots":{"29456640":{...}}}`.
 */
export type Window<A> = { readonly slot: number; readonly slots: { readonly [key in number]: A } };

/** What to do at the end of a stage without data. */
export type WithoutData = "hold" | "fail" | "ask";

/** What can be asked, by name: what each question needs, and what the answer is. */
export type Questions = {
  readonly simulate: { readonly input: SimulateQuestion; readonly answer: Simulation };
  readonly guideFlag: { readonly input: GuideFlag; readonly answer: Document };
  readonly clientSnapshot: { readonly input: ClientQuestion; readonly answer: ClientSnapshot };
  readonly checkContext: { readonly input: ContextQuestion; readonly answer: readonly Diagnostic[] };
  readonly analyze: { readonly input: ExperimentInput<ExperimentData>; readonly answer: ExperimentAnalysis };
  readonly power: { readonly input: PowerRequest; readonly answer: PowerAnswer };
  readonly canaryPlan: { readonly input: Nothing; readonly answer: GuardrailPlan };
  readonly planTests: { readonly input: GuardrailPlan; readonly answer: readonly GuardrailTest[] };
  readonly characteristics: { readonly input: CharacteristicsQuestion; readonly answer: PlanCharacteristics };
  readonly judge: { readonly input: JudgeQuestion; readonly answer: StageVerdict };
  readonly seen: { readonly input: SeenQuestion; readonly answer: GuardrailSeen };
  readonly judgeGuardrail: { readonly input: GuardrailQuestion; readonly answer: GuardrailVerdict };
  readonly observations: { readonly input: ObservationsQuestion; readonly answer: Observations };
  readonly observe: { readonly input: ObserveQuestion; readonly answer: Observations };
  readonly record: { readonly input: RecordQuestion; readonly answer: Observations };
  readonly merge: { readonly input: readonly Observations[]; readonly answer: Observations };
  readonly forget: { readonly input: ForgetQuestion; readonly answer: Observations };
  readonly queries: { readonly input: QueriesQuestion; readonly answer: readonly MetricQuery[] };
  readonly summary: { readonly input: SummaryQuestion; readonly answer: Summary };
  readonly trend: { readonly input: TrendQuestion; readonly answer: Trend };
  readonly compare: { readonly input: CompareQuestion; readonly answer: Comparison | null };
  readonly measure: { readonly input: MeasureQuestion; readonly answer: Measure };
  readonly mergeMeasures: { readonly input: readonly Measure[]; readonly answer: Measure };
  readonly countUnits: { readonly input: CountQuestion; readonly answer: Distinct };
  readonly mergeUnits: { readonly input: readonly Distinct[]; readonly answer: Distinct };
  readonly countUnitsAt: { readonly input: CountAtQuestion; readonly answer: Window<Distinct> };
  readonly mergeUnitWindows: { readonly input: readonly Window<Distinct>[]; readonly answer: Window<Distinct> };
  readonly adoption: { readonly input: AdoptionQuestion; readonly answer: Adoption };
  readonly adoptionInWindow: { readonly input: AdoptionInWindowQuestion; readonly answer: Adoption };
  readonly watch: { readonly input: WatchQuestion; readonly answer: Watched };
  readonly health: { readonly input: HealthQuestion; readonly answer: Health };
  readonly breaker: { readonly input: BreakerQuestion; readonly answer: BreakerStep };
  readonly breakerExposure: { readonly input: BreakerExposureQuestion; readonly answer: number };
  readonly report: { readonly input: ReportQuestion; readonly answer: Report };
  readonly reportCsv: { readonly input: ReportQuestion; readonly answer: string };
  readonly reportPrometheus: { readonly input: PrometheusQuestion; readonly answer: string };
};
