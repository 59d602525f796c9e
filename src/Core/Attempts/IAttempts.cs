namespace Quittance.Core.Attempts;

/// <summary>Reads attempts. Reading takes no locks and sees only what is committed.</summary>
public interface IAttempts
{
    /// <summary>Attempts whose time has come, the longest waiting first.</summary>
    /// <param name="now">What counts as due.</param>
    /// <param name="limit">How many of each provider account at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<IReadOnlyList<Attempt>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>An attempt by id; null when the merchant has none.</summary>
    Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancel);
}
