namespace Quittance.Core.Accounts;

/// <summary>
/// The account that a command is for: known already, or named by references of which the first that
/// exists counts.
/// </summary>
public readonly record struct AccountTarget(Referent? Known, IReadOnlyList<Reference> Names)
{
    /// <summary>An account that was read before.</summary>
    public static AccountTarget Of(AccountId id, int slot) => new(new Referent(id, slot, id.Value), []);

    /// <summary>An account by the names that a client may have used for it, the likeliest first.</summary>
    public static AccountTarget Named(params IReadOnlyList<Reference> names) => new(null, names);
}
