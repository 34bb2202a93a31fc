//! Maps whose keys are whole numbers, read strictly: a key that comes twice is an error, not an overwriting.
//!
//! Keys of JSON are texts. `serde_json` reads numbers from them, but what serde holds back while it looks for the `type` of
//! something around them stays a text: so they are read from texts here.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub(super) fn read<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: FromStr + ToString + Ord,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(Unique(PhantomData))
}

struct Unique<K, V>(PhantomData<(K, V)>);

impl<'de, K: FromStr + ToString + Ord, V: Deserialize<'de>> Visitor<'de> for Unique<K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with whole numbers as keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = access.next_key_seed(Key(PhantomData))? {
            if map.insert(key, access.next_value()?).is_some() {
                return Err(A::Error::custom("a key comes twice"));
            }
        }
        Ok(map)
    }
}

struct Key<K>(PhantomData<K>);

impl<'de, K: FromStr + ToString> DeserializeSeed<'de> for Key<K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<K: FromStr + ToString> Visitor<'_> for Key<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<K, E> {
        // Only as it would be written: `007` and `+7` are 7 nowhere.
        let key = text.parse().ok().filter(|key: &K| key.to_string() == text);
        key.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}
