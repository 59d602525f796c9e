using Quittance.Core.Instruments;

namespace Quittance.Core.Sessions;

/// <summary>Reads committed payment sessions, without locks.</summary>
public interface ISessions
{
    /// <summary>A session by id; null when the merchant has none.</summary>
    Task<Session?> FindAsync(SessionId id, CancellationToken cancel);

    /// <summary>Open sessions whose time is over, the oldest first.</summary>
    Task<IReadOnlyList<Session>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>Open sessions of payment links whose money has come, by the sessions' payments or by others.</summary>
    Task<IReadOnlyList<Session>> PaidAsync(int limit, CancellationToken cancel);

    /// <summary>
    /// The instruments that are kept for payments to come, the account's own first. Not all of them are offered in a session.
    /// </summary>
    Task<IReadOnlyList<Instrument>> KeptInstrumentsAsync(AccountId account, CancellationToken cancel);
}
