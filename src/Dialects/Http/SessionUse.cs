using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.Http;

/// <summary>Uses sessions up by the tokens that the widget gives for their results.</summary>
internal static class SessionUse
{
    private const int ChangedRounds = 3;

    /// <summary>
    /// Uses a session up. A token that is forged, or belongs to another merchant or installation, is unknown: then there is no session.
    /// </summary>
    /// <param name="text">The token.</param>
    /// <param name="commandFor">The command for the session as it was read.</param>
    public static async Task<(Outcome Outcome, Session? Session)> UseAsync(
        this ISessions sessions, Call call, string text, Func<Session, SessionCommand> commandFor)
    {
        var token = SessionToken.TryRead(text, SessionToken.RequestPrefix);
        for (var round = 1; ; round++)
        {
            var session = token is not null && token.Session.Merchant == call.Credential.Merchant
                && token.IsGenuine(call.Credential.HashKey.Span)
                ? await sessions.FindAsync(token.Session, call.Cancel)
                : null;
            if (session is null || session.Installation != call.Credential.Installation.Id)
                return (Outcome.Refused(Refusal.SessionUnknown), null);
            var outcome = await call.SubmitAsync(commandFor(session) with { Key = call.KeyUse() });
            if (outcome.Accepted || outcome.Faults[0].Refusal != Refusal.SessionChanged || round == ChangedRounds)
                return (outcome, session);
        }
    }
}
