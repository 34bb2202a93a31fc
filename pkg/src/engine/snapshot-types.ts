/**
 * The snapshot document as TypeScript types, for whoever writes one in TypeScript.
 *
 * The types say what `schemas/snapshot.schema.json` says: the form of every part. What refers to
 * something else (a variant, a segment, a layer), what must not run in a circle and what is counted
 * in bytes or decimals is checked by the engine, which reports it as a diagnostic.
 */

/** Members of yours. Any fixed part of a snapshot may carry them; the engine reads none. */
export interface Extensions {
  readonly [name: `x-${string}`]: unknown;
}

/** A part that takes part in a decision: everything but the document itself and its kills. */
export interface Part extends Extensions {
  /**
   * Names of features that an engine must know to decide this part. An engine that does not know
   * one of them breaks the flag, segment or service alone, or what uses the ring, layer or
   * holdout. No name is defined yet.
   */
  readonly requires?: readonly string[];
}

/**
 * A name: of a flag, variant, segment, rule, ring, layer, holdout, service or track, or a seed.
 * 1 to 256 bytes of UTF-8, without control characters.
 */
export type Key = string;

/**
 * Where to find an attribute in the evaluation context, 1 to 256 bytes: first as one whole own key,
 * and if there is none, with every dot a step into a nested plain object.
 */
export type AttributePath = string;

/** A non-empty string, or a number without fraction and at most 2^53 - 1 in magnitude. 17 and "17" are one unit. */
export type Unit = string | number;

/** The digest of a unit: 32 lower-case hexadecimal digits. */
export type Digest = string;

/** An RFC 3339 instant with `Z` or an offset, such as `2026-03-01T09:00:00Z`. */
export type Instant = string;

/** A share in percent: 0 to 100, at most 4 decimals. */
export type Percentage = number;

/** A share or a bucket boundary in parts per million: a whole number, 0 to 1,000,000. */
export type Ppm = number;

/** A version of Semantic Versioning 2.0.0, with at most one small `v` before it. */
export type SemanticVersion = string;

/** A block of IPv4 or IPv6 addresses such as `10.0.0.0/8`, or one address. */
export type CidrBlock = string;

/** A regular expression in the syntax of docs/operators.md, at most 1,024 bytes. Not anchored. */
export type Pattern = string;

/** A value that attributes are compared with. Types are never converted: "1" is not 1. */
export type Scalar = string | number | boolean;

/** A JSON value. */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;

/** A JSON array. */
export type JsonArray = readonly JsonValue[];

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Texts, numbers and booleans that answers carry. Names that begin with `vexil.` belong to the engine. */
export type Metadata = { readonly [name: string]: Scalar };

/** Flags, segments and services of one environment. */
export interface Snapshot extends Extensions {
  /** The address of the JSON Schema, for editors. The engine does not read it. */
  readonly $schema?: string;
  /** The version of the document's language. */
  readonly schema: "vexil/1";
  /** A random text, made once for each workspace and environment. Revisions are only compared within one lineage. */
  readonly lineage?: string;
  /** Orders the snapshots of a lineage: a whole number, 0 to 2^53 - 1. An engine refuses an older one. */
  readonly revision?: number;
  /** The environment that the document is for. An engine that was told another one refuses it. */
  readonly environment?: string;
  /** What is switched off at once. */
  readonly kills?: Kills;
  /** The flags by their keys. */
  readonly flags?: { readonly [key: Key]: Flag };
  /** The segments by their keys. */
  readonly segments?: { readonly [key: Key]: Segment };
  /** Rings, the innermost first. */
  readonly rings?: readonly Ring[];
  /** The layers by their keys. */
  readonly layers?: { readonly [key: Key]: Layer };
  /** The holdouts by their keys. */
  readonly holdouts?: { readonly [key: Key]: Holdout };
  /** The services by their keys. */
  readonly services?: { readonly [key: Key]: Service };
  /** What is said of the attributes of contexts, by their paths. No answer depends on it. */
  readonly attributes?: AttributeDeclarations;
}

// Kills

/** What is switched off at once, before anything else is looked at. */
export interface Kills extends Extensions {
  /** Raised by every kill and every lift. The set with the highest revision wins as a whole. */
  readonly revision: number;
  /** Kills every flag and every service. Default: false. */
  readonly all?: boolean;
  /** `a` kills the flag `a` and every flag `a.*`. */
  readonly namespaces?: readonly Key[];
  /** The keys of killed flags. */
  readonly flags?: readonly Key[];
  /** The keys of killed services, which answer with their default track. */
  readonly services?: readonly Key[];
}

/** A kill set sent on its own, without a snapshot. */
export interface KillMessage extends Kills {
  /** The environment that it is for. */
  readonly environment?: string;
  /** The lineage that it is for. */
  readonly lineage?: string;
}

// Flags

/** One flag. */
export interface Flag extends Part {
  /** What the flag is for. The engine does not read it. */
  readonly description?: string;
  /** Who looks after the flag. The engine does not read it. */
  readonly owner?: string;
  /** Handed out with every answer. */
  readonly metadata?: Metadata;
  /**
   * `active`: evaluated. `disabled`: always `offVariant`. `deprecated`: evaluated as `active`, and
   * every answer says so in its metadata. Default: `active`.
   */
  readonly state?: FlagState;
  /** `client`: may be sent to browsers, with all that it reaches. Default: `server`. */
  readonly audience?: Audience;
  /** The variants by their keys, with the value that each serves. All values have one type. */
  readonly variants: Variants;
  /** The variant of a flag that is killed, disabled, held out, or misses a prerequisite. */
  readonly offVariant: Key;
  /** Flags that must serve certain variants first, tested in order. At most 64. */
  readonly prerequisites?: readonly Prerequisite[];
  /** Units that get a variant whatever the rules say. The first that lists the unit wins. */
  readonly overrides?: readonly Override[];
  /** Tried in order; the first that gives a variant decides. At most 1,000. */
  readonly rules?: readonly Rule[];
  /** What a context gets that no rule serves. Where a split gives nothing, `offVariant` is served. */
  readonly default: Serve;
}

/** Whether a flag is evaluated. */
export type FlagState = "active" | "disabled" | "deprecated";

/** Who may see a flag. */
export type Audience = "server" | "client";

/** The variants of a flag by their keys, 1 to 256. All values of a flag have one type. */
export type Variants = BooleanVariants | StringVariants | NumberVariants | ObjectVariants;

/** The variants of a boolean flag. */
export type BooleanVariants = { readonly [key: Key]: boolean };

/** The variants of a string flag. */
export type StringVariants = { readonly [key: Key]: string };

/** The variants of a number flag. */
export type NumberVariants = { readonly [key: Key]: number };

/** The variants of an object flag. An array counts as an object. */
export type ObjectVariants = { readonly [key: Key]: JsonObject | JsonArray };

/** Another flag that must serve one of some variants to the same context. */
export interface Prerequisite extends Part {
  /** The key of the other flag. */
  readonly flag: Key;
  /** The variants that will do. */
  readonly variants: readonly Key[];
}

/** Gives one variant to listed units. */
export interface Override extends Part {
  /** The attribute that holds the unit. Default: `targetingKey`. */
  readonly by?: AttributePath;
  /** The units; without them there are digests. */
  readonly units?: readonly Unit[];
  /** Digests of units. */
  readonly unitDigests?: readonly Digest[];
  /** The variant that they get. */
  readonly variant: Key;
}

/** Gives a variant to some contexts. */
export interface Rule extends RuleBase {
  /** What the rule gives. */
  readonly serve: Serve;
}

/** What the rules of flags and of services have in common. */
export interface RuleBase extends Part {
  /** The name of the rule, unique in its flag or service. It is part of the answer. */
  readonly id: Key;
  /** What the rule is for. The engine does not read it. */
  readonly description?: string;
  /** For whom the rule is. Without it: for everyone. */
  readonly when?: Condition;
  /** The part of a layer that the unit must be in. */
  readonly layer?: LayerSlice;
}

/** A range of the buckets of a layer. */
export interface LayerSlice extends Part {
  /** The key of the layer. */
  readonly key: Key;
  /** The first bucket. */
  readonly from: Ppm;
  /** The bucket after the last one. Above `from`. */
  readonly to: Ppm;
}

/** What is given: one variant, or a split. */
export type Serve = ServeVariant | ServeSplit;

/** Gives one variant. */
export interface ServeVariant extends Part {
  readonly variant: Key;
  readonly split?: never;
}

/** Gives what a split gives. */
export interface ServeSplit extends Part {
  readonly split: Split;
  readonly variant?: never;
}

// Splits

/** Divides units among variants by a hash. Without its unit it gives nothing. */
export type Split = SplitBase & Exposure & Shares<Weight, Range> & {
  /** What a unit gets that no range holds. Default: `next`. */
  readonly outside?: Outside;
};

/** What the splits of flags and of services have in common. */
export interface SplitBase extends Part {
  /** The attribute that holds the unit. Default: `targetingKey`; in the splits of a service, `visitor`. */
  readonly by?: AttributePath;
  /** The seed of the hash. Default: the key of the flag; in the splits of a service, `service:` and its key. */
  readonly seed?: Key;
}

/** The share of the units that a split takes in: constant, or a ramp, never both. */
export type Exposure = ConstantExposure | RampedExposure;

/** A share that stays the same. */
export interface ConstantExposure {
  /** The share in percent. Raising it only adds units. Default: 100. */
  readonly exposure?: Percentage;
  readonly ramp?: never;
}

/** A share that changes with time. */
export interface RampedExposure {
  /** The share as a function of time. */
  readonly ramp: Ramp;
  readonly exposure?: never;
}

/** How a split divides its units: by relative weights, or by explicit ranges, never both. */
export type Shares<W, R> = WeightedShares<W> | RangedShares<R>;

/** Shares by relative weights. */
export interface WeightedShares<W> {
  /** Relative weights in an order that must be kept. At least one is above 0. */
  readonly weights: readonly W[];
  readonly ranges?: never;
}

/** Shares by explicit ranges of buckets. */
export interface RangedShares<R> {
  /** Ranges of buckets, none overlapping another. */
  readonly ranges: readonly R[];
  readonly weights?: never;
}

/** How much of a split one variant gets, relative to the other entries. */
export interface Weight extends Part {
  readonly variant: Key;
  /** 0 to 1,000,000,000, at most 4 decimals. */
  readonly weight: number;
}

/** A range of buckets that one variant owns. */
export interface Range extends Part {
  readonly variant: Key;
  /** The first bucket. */
  readonly from: Ppm;
  /** The bucket after the last one. Above `from`. */
  readonly to: Ppm;
}

/** `next`: the unit goes on to the next rule. Otherwise it gets this variant. Never applies to a missing unit. */
export type Outside = "next" | OutsideVariant;

/** One variant for the units that no range holds. */
export interface OutsideVariant extends Part {
  readonly variant: Key;
}

/** An exposure that changes with time by itself. It may fall. */
export type Ramp = CurvedRamp | SteppedRamp;

/** What all ramps have in common. */
export interface RampBase extends Part {
  /** The exposure until `start`, and with steps until the first of them. */
  readonly from: Percentage;
  /** The exposure from `end` on. */
  readonly to: Percentage;
  /** When the exposure begins to change. */
  readonly start: Instant;
  /** When the exposure has reached `to`. After `start`. */
  readonly end: Instant;
}

/** A ramp that changes all the time. */
export interface CurvedRamp extends RampBase {
  /** `linear`: the same number of units per time. `exponential`: the same factor per time; `from` and `to` are above 0. */
  readonly curve: "linear" | "exponential";
  readonly steps?: never;
}

/** A ramp that changes at certain instants. */
export interface SteppedRamp extends RampBase {
  readonly curve: "steps";
  /** In the order of their time, each later than the one before. At most 1,000. */
  readonly steps: readonly RampStep[];
}

/** One step of a ramp. */
export interface RampStep extends Part {
  /** When the step is reached. */
  readonly at: Instant;
  /** The exposure from then on. */
  readonly exposure: Percentage;
}

// Conditions

/** Holds or does not hold for a context at a time. Exactly one of eight forms. */
export type Condition =
  | AttributeCondition
  | AllCondition
  | AnyCondition
  | NotCondition
  | SegmentCondition
  | RingCondition
  | AfterCondition
  | BeforeCondition;

/** The member that says which form a condition has. */
export type ConditionForm = "attribute" | "all" | "any" | "not" | "segment" | "ring" | "after" | "before";

type Only<Form extends ConditionForm> = { readonly [Other in Exclude<ConditionForm, Form>]?: never };

/** Holds if every condition of the list holds. An empty list holds. */
export interface AllCondition extends Part, Only<"all"> {
  readonly all: readonly Condition[];
}

/** Holds if at least one condition of the list holds. An empty list does not hold. */
export interface AnyCondition extends Part, Only<"any"> {
  readonly any: readonly Condition[];
}

/** Holds if the condition does not hold. */
export interface NotCondition extends Part, Only<"not"> {
  readonly not: Condition;
}

/** Holds for the members of a segment. */
export interface SegmentCondition extends Part, Only<"segment"> {
  /** The key of the segment. */
  readonly segment: Key;
}

/** Holds for the members of a ring or of any ring before it. */
export interface RingCondition extends Part, Only<"ring"> {
  /** The name of the ring. */
  readonly ring: Key;
}

/** Holds from an instant on: the time of the evaluation is this instant or later. */
export interface AfterCondition extends Part, Only<"after"> {
  readonly after: Instant;
}

/** Holds until an instant: the time of the evaluation is earlier. */
export interface BeforeCondition extends Part, Only<"before"> {
  readonly before: Instant;
}

/** Tests one attribute. The operator decides what type `value` has. */
export type AttributeCondition =
  | EqualityTest
  | MembershipTest
  | OrderTest
  | AffixTest
  | ContainsTest
  | ListTest
  | PatternTest
  | SemverTest
  | InstantTest
  | CidrTest
  | ExistsTest;

/** Every operator. */
export type Operator = AttributeCondition["op"];

/** What all tests of an attribute have in common. */
export interface AttributeTest extends Part, Only<"attribute"> {
  readonly attribute: AttributePath;
}

/** What tests of text have in common. */
export interface CaseTest extends AttributeTest {
  /** Whether the letters A to Z are equal to a to z. Default: false. */
  readonly ignoreCase?: boolean;
}

/** Compares with one value. `ne` is the negation of `eq`, so it also holds for a missing attribute. */
export interface EqualityTest extends CaseTest {
  readonly op: "eq" | "ne";
  readonly value: Scalar;
}

/** Compares with each value of a list. `notIn` is the negation of `in`, so it also holds for a missing attribute. */
export interface MembershipTest extends CaseTest {
  readonly op: "in" | "notIn";
  readonly value: readonly Scalar[];
}

/** Compares numbers. */
export interface OrderTest extends AttributeTest {
  readonly op: "lt" | "lte" | "gt" | "gte";
  readonly value: number;
}

/** Looks at the beginning or the end of a text. */
export interface AffixTest extends CaseTest {
  readonly op: "startsWith" | "endsWith";
  readonly value: string;
}

/** Looks for a part of a text, or for an element of an array. */
export interface ContainsTest extends CaseTest {
  readonly op: "contains";
  readonly value: Scalar;
}

/** Looks for several elements in an array. */
export interface ListTest extends CaseTest {
  readonly op: "containsAny" | "containsAll";
  readonly value: readonly Scalar[];
}

/** Matches a text against a regular expression. */
export interface PatternTest extends CaseTest {
  readonly op: "matches";
  readonly value: Pattern;
}

/** Compares versions by semantic precedence. */
export interface SemverTest extends AttributeTest {
  readonly op: "semverEq" | "semverLt" | "semverLte" | "semverGt" | "semverGte";
  readonly value: SemanticVersion;
}

/** Compares an attribute that is an instant. `before` is earlier, `after` is the same instant or later. */
export interface InstantTest extends AttributeTest {
  readonly op: "before" | "after";
  readonly value: Instant;
}

/** Tests whether an address lies in a block, or in one of several. */
export interface CidrTest extends AttributeTest {
  readonly op: "inCidr";
  readonly value: CidrBlock | readonly CidrBlock[];
}

/** Tests whether an attribute is there. */
export interface ExistsTest extends AttributeTest {
  readonly op: "exists";
  /** `false`: the attribute is missing. Default: true. */
  readonly value?: boolean;
}

// Segments, rings, layers, holdouts

/** A named set of units. `exclude` beats `include`, and both beat `when`. */
export interface Segment extends Part {
  /** Who is in it. The engine does not read it. */
  readonly description?: string;
  /** The attribute that holds the unit. Default: `targetingKey`. */
  readonly by?: AttributePath;
  /** Units that are members. */
  readonly include?: readonly Unit[];
  /** Digests of units that are members. */
  readonly includeDigests?: readonly Digest[];
  /** Units that are not members, whatever else is said. */
  readonly exclude?: readonly Unit[];
  /** Digests of units that are not members. */
  readonly excludeDigests?: readonly Digest[];
  /** Who is a member besides those listed. */
  readonly when?: Condition;
}

/** A named step of a circle that widens. Members of a ring are members of every later one. */
export interface Ring extends Part {
  /** The name, unique among the rings. */
  readonly name: Key;
  /** The key of the segment that holds the members which this ring adds. */
  readonly segment: Key;
}

/** A space of a million buckets that rules of several flags share. */
export interface Layer extends Part {
  /** What shares the layer. The engine does not read it. */
  readonly description?: string;
  /** The attribute that holds the unit. Default: `targetingKey`. */
  readonly by?: AttributePath;
  /** The seed of the hash. Default: `layer:` and the key of the layer. */
  readonly seed?: Key;
}

/** What is said of attributes, by their paths. */
export type AttributeDeclarations = { readonly [path: AttributePath]: AttributeDeclaration };

/** What is said of an attribute of contexts. */
export interface AttributeDeclaration extends Part {
  /** What its values are. */
  readonly type: AttributeType;
  /** Whether no browser may see that it is read. Default: false. */
  readonly private?: boolean;
  /** What it is. The engine does not read it. */
  readonly description?: string;
}

/**
 * What the values of an attribute are. `unit`: a text that is not empty, or a whole number up to 2^53 - 1. `instant`: an
 * RFC 3339 text with an offset, or milliseconds since the epoch. `version`: the text of a semantic version. `address`: the
 * text of an IP address. `list`: texts, numbers and booleans. `object`: an object, with whatever is in it.
 */
export type AttributeType = "unit" | "string" | "number" | "boolean" | "instant" | "version" | "address" | "list" | "object";

/** A share of the units that gets `offVariant` of some flags. */
export interface Holdout extends Part {
  /** What is measured. The engine does not read it. */
  readonly description?: string;
  /** The attribute that holds the unit. Default: `targetingKey`. */
  readonly by?: AttributePath;
  /** The seed of the hash. Default: `holdout:` and the key of the holdout. */
  readonly seed?: Key;
  /** The share of the units that is held out. */
  readonly exposure: Percentage;
  /** The keys of the flags that they do not get. */
  readonly flags: readonly Key[];
}

// Services

/** A service whose requests are divided among tracks, usually `stable` and `canary`. */
export interface Service extends Part {
  /** What the service does. The engine does not read it. */
  readonly description?: string;
  /** Who looks after the service. The engine does not read it. */
  readonly owner?: string;
  /** The tracks by their keys, 1 to 256. */
  readonly tracks: { readonly [key: Key]: Track };
  /** The track that answers where nothing else does. */
  readonly defaultTrack: Key;
  /** Tried in order before the split. At most 1,000. */
  readonly rules?: readonly ServiceRule[];
  /** Divides the requests that no rule took. Without it they all go to `defaultTrack`. */
  readonly split?: ServiceSplit;
}

/** One deployed version of a service. */
export interface Track extends Part {
  /** The version that runs on the track. It is not interpreted. */
  readonly version: string;
}

/** Gives a track to some requests. */
export interface ServiceRule extends RuleBase {
  /** What the rule gives. */
  readonly serve: ServiceServe;
}

/** What is given: one track, or a split. */
export type ServiceServe = ServeTrack | ServeServiceSplit;

/** Gives one track. */
export interface ServeTrack extends Part {
  readonly track: Key;
  readonly split?: never;
}

/** Gives what a split gives. */
export interface ServeServiceSplit extends Part {
  readonly split: ServiceSplit;
  readonly track?: never;
}

/** Divides units among tracks by a hash. */
export type ServiceSplit = SplitBase & Exposure & Shares<ServiceWeight, ServiceRange> & {
  /** What a unit gets that no range holds. Default: `next`. */
  readonly outside?: ServiceOutside;
};

/** How much of a split one track gets, relative to the other entries. */
export interface ServiceWeight extends Part {
  readonly track: Key;
  /** 0 to 1,000,000,000, at most 4 decimals. */
  readonly weight: number;
}

/** A range of buckets that one track owns. */
export interface ServiceRange extends Part {
  readonly track: Key;
  /** The first bucket. */
  readonly from: Ppm;
  /** The bucket after the last one. Above `from`. */
  readonly to: Ppm;
}

/** `next`: the unit goes on to the next rule. Otherwise it gets this track. Never applies to a missing unit. */
export type ServiceOutside = "next" | OutsideTrack;

/** One track for the units that no range holds. */
export interface OutsideTrack extends Part {
  readonly track: Key;
}
