using Quittance.Core.Accounts;
using Quittance.Core.Instruments;

namespace Quittance.Core.Sessions;

/// <summary>Reads payment sessions. Reading takes no locks and sees only what is committed.</summary>
public interface ISessions
{
    /// <summary>A session by id; null when the merchant has none.</summary>
    Task<Session?> FindAsync(SessionId id, CancellationToken cancel);

    /// <summary>Open sessions whose time is over, the oldest first.</summary>
    Task<IReadOnlyList<Session>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>The instruments that a customer may choose again, the account's own first.</summary>
    Task<IReadOnlyList<Instrument>> OfferedInstrumentsAsync(AccountId account, CancellationToken cancel);
}
