import {
  OpenFeatureProvider,
  useBooleanFlagValue,
  useContextMutator,
  useFlag,
  useNumberFlagValue,
  useObjectFlagValue,
  useStringFlagValue,
} from "@openfeature/react-sdk";
import { useState } from "react";

/** The same on the server and in the page: what it shows depends on the flags, and on nothing else. */
export function App() {
  return (
    <OpenFeatureProvider>
      <Shop />
    </OpenFeatureProvider>
  );
}

function Shop() {
  const theme = useStringFlagValue("theme", "meadow");
  return (
    <div className={`page ${theme}`}>
      <Banner />
      <header>
        <h1>Fern &amp; Field</h1>
        <Membership />
      </header>
      <Product />
      <Decisions keys={["theme", "one-click-checkout", "free-shipping-from", "banner"]} />
    </div>
  );
}

/** Without flags there is no banner. */
const NO_BANNER = { text: "", tone: "calm" };

function Banner() {
  const { text, tone } = useObjectFlagValue("banner", NO_BANNER);
  return text === "" ? null : <p className={`banner ${tone}`}>{text}</p>;
}

/** Who becomes a member is another context: all flags are evaluated anew. */
function Membership() {
  const [isMember, setMember] = useState(false);
  const { setContext } = useContextMutator({ defaultContext: true });
  const change = (): void => {
    setMember(!isMember);
    void setContext((context) => ({ ...context, member: !isMember }));
  };
  return <button onClick={change}>{isMember ? "Leave the club" : "Join the club"}</button>;
}

function Product() {
  const price = 34;
  const freeFrom = useNumberFlagValue("free-shipping-from", 50);
  const isOneClick = useBooleanFlagValue("one-click-checkout", false);
  return (
    <main>
      <Fern />
      <div>
        <h2>Maidenhair fern</h2>
        <p>Likes shade, and water before it asks for it.</p>
        <p className="price">€{price}</p>
        <p className="shipping">{price >= freeFrom ? "Free shipping" : `Free shipping from €${freeFrom}`}</p>
        <button className="buy">{isOneClick ? "Buy now with one click" : "Add to basket"}</button>
      </div>
    </main>
  );
}

/** A stem with leaves that grow shorter towards the tip. */
function Fern() {
  const leaves = Array.from({ length: 11 }, (_, index) => ({ y: 96 - index * 8, length: 34 - index * 2.7 }));
  return (
    <svg className="fern" viewBox="-10 -8 120 126" aria-hidden="true">
      <path d="M50 108 V10" />
      {leaves.map(({ y, length }) => (
        <path key={y} d={`M50 ${y} q${length / 2} -4 ${length} -14 M50 ${y} q${-length / 2} -4 ${-length} -14`} />
      ))}
    </svg>
  );
}

/** Every answer says how it came about. */
function Decisions({ keys }: { readonly keys: readonly string[] }) {
  return (
    <section>
      <h3>Why you see what you see</h3>
      <table>
        <thead>
          <tr>
            <th>Flag</th>
            <th>Variant</th>
            <th>Reason</th>
            <th>Rule</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <Decision key={key} flag={key} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Of any type: the defaults tell which. */
const DEFAULTS: { readonly [key: string]: boolean | string | number | object } = {
  theme: "",
  "one-click-checkout": false,
  "free-shipping-from": 0,
  banner: NO_BANNER,
};

function Decision({ flag }: { readonly flag: string }) {
  const { variant, reason, flagMetadata } = useFlag(flag, DEFAULTS[flag] as string);
  return (
    <tr>
      <th scope="row">{flag}</th>
      <td>{variant}</td>
      <td>{String(reason)}</td>
      <td>{flagMetadata["vexil.rule"]}</td>
    </tr>
  );
}
