/**
 * Signing in by OpenID Connect: authorization code with PKCE, at the issuer that the API names. The token stays in this
 * module's memory; only what a redirect needs to come back (state, nonce, verifier) waits in the tab's storage, and is
 * taken out of it on arrival.
 */
import * as oauth from 'oauth4webapi';
import { tab } from '../storage.js';

interface Settings {
  issuer: string;
  clientId: string;
  scopes: string[];
  /** Where a session is ended, when the issuer's discovery does not say. */
  signOut?: string;
}

interface Trip {
  state: string;
  nonce: string;
  verifier: string;
  to: string;
}

/** Who the issuer says is there. */
export interface Identity {
  sub: string;
  token: string;
}

/** What came of the return from the issuer. */
export type Arrival = { is: 'in'; identity: Identity } | { is: 'nobody' } | { is: 'failed' } | { is: 'elsewhere' };

const TRIP = 'equipe.connexion';
const LEFT = 'equipe.partie';
const HOME = '/equipe/';
const RETURN = '/equipe/connexion/';
/** What an issuer answers to a silent request of someone it must ask. */
const MUST_ASK = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];

let known: Promise<{ settings: Settings; server: oauth.AuthorizationServer }> | undefined;

function issuer() {
  known ??= discover().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

async function discover() {
  const settings = (await (await fetch('/api/staff/sign-in', { cache: 'no-store' })).json()) as Settings;
  const at = new URL(settings.issuer);
  const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, plain(settings)));
  return { settings, server };
}

/** The issuer of `make run` has no certificate; no other may do without. */
const plain = ({ issuer }: Settings) => ({
  [oauth.allowInsecureRequests]: /^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(`${issuer}/`),
});

const client = ({ clientId }: Settings): oauth.Client => ({ client_id: clientId, [oauth.clockTolerance]: 300 });

/** Goes to the issuer and comes back to the same screen; silently when it need not ask anything. Never resolves once it leaves. */
export async function leave(how: 'silent' | 'ask', to = location.hash): Promise<never> {
  const { settings, server } = await issuer();
  const trip: Trip = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    to,
  };
  tab.set(TRIP, JSON.stringify(trip));
  const url = new URL(server.authorization_endpoint!);
  const query: Record<string, string> = {
    client_id: settings.clientId,
    redirect_uri: location.origin + RETURN,
    response_type: 'code',
    scope: settings.scopes.join(' '),
    state: trip.state,
    nonce: trip.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(trip.verifier),
    code_challenge_method: 'S256',
    ...(how === 'silent' ? { prompt: 'none' } : {}),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url.href);
  return new Promise<never>(() => undefined);
}

/** What the issuer sent the browser back with, when this is its return address; the address becomes a screen's again. */
export async function arrive(): Promise<Arrival> {
  if (location.pathname !== RETURN) return { is: 'elsewhere' };
  const here = new URL(location.href);
  const trip = takeTrip();
  history.replaceState(null, '', HOME + (trip?.to ?? ''));
  if (!trip) return { is: 'failed' };
  try {
    return { is: 'in', identity: await exchange(here, trip) };
  } catch (error) {
    const asked = error instanceof oauth.AuthorizationResponseError && MUST_ASK.includes(error.error);
    return { is: asked ? 'nobody' : 'failed' };
  }
}

async function exchange(here: URL, trip: Trip): Promise<Identity> {
  const { settings, server } = await issuer();
  const us = client(settings);
  const back = oauth.validateAuthResponse(server, us, here, trip.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    us,
    oauth.None(),
    back,
    location.origin + RETURN,
    trip.verifier,
    plain(settings),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, us, answer, {
    expectedNonce: trip.nonce,
    requireIdToken: true,
  });
  return { sub: oauth.getValidatedIdTokenClaims(tokens)!.sub, token: tokens.id_token! };
}

function takeTrip(): Trip | undefined {
  const kept = tab.get(TRIP);
  tab.remove(TRIP);
  return kept ? (JSON.parse(kept) as Trip) : undefined;
}

/** Ends the session, at the issuer too. */
export async function signOut({ token }: Identity): Promise<void> {
  tab.set(LEFT, 'oui');
  const { settings, server } = await issuer();
  const home = location.origin + HOME;
  const end = new URL(settings.signOut ?? server.end_session_endpoint ?? home);
  if (settings.signOut) end.search = new URLSearchParams({ client_id: settings.clientId, logout_uri: home }).toString();
  else if (server.end_session_endpoint)
    end.search = new URLSearchParams({
      id_token_hint: token,
      client_id: settings.clientId,
      post_logout_redirect_uri: home,
    }).toString();
  location.assign(end.href);
}

/** Whether someone has just signed out here: nothing is tried in silence then. */
export function justLeft(): boolean {
  const left = tab.get(LEFT) === 'oui';
  tab.remove(LEFT);
  return left;
}
