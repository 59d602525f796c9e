using System.Collections.Frozen;

namespace Quittance.Core.Access;

/// <summary>The least that a person must be, so that a client may do something for them.</summary>
public enum Reach
{
    /// <summary>A customer, who reaches what is their own. Needs no role.</summary>
    Customer,

    /// <summary>A viewer of the console.</summary>
    Viewer,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>An admin.</summary>
    Admin,
}

/// <summary>A scope of an API.</summary>
/// <param name="Reach">The least that a person must be to give it to a client.</param>
/// <param name="Words">The words for people who sign in that say what it allows; null where no person gives it.</param>
public sealed record OfferedScope(string Scope, Reach Reach, string? Words);

/// <summary>A person's consent that a client acts for them, as the person is now.</summary>
/// <param name="Person">The person.</param>
/// <param name="Role">The present role in the console; null for none.</param>
/// <param name="Client">The name of the client.</param>
/// <param name="ProvenAt">When the person signed in for it.</param>
public sealed record Consent(Guid Person, string Name, OperatorRole? Role, string Client, DateTimeOffset ProvenAt)
{
    /// <summary>How old a sign-in may be for a grave act, in which the console asks for a proof again.</summary>
    public static readonly TimeSpan LongestForGraveActs = TimeSpan.FromMinutes(20);

    /// <summary>Whether another issuer names the person. It alone knows their role, and gives scopes accordingly.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether the person may do through a client what needs a reach.</summary>
    public bool Has(Reach reach) => IsForeign || PeopleRights.Has(Role, reach);

    /// <summary>The name by which the audit log has what the client does for the person.</summary>
    /// <param name="credential">The number of the client's credential.</param>
    public string NameThrough(long credential) => $"{Name} through {Client} ({OperatorAction.NameOf(credential)})";
}

/// <summary>
/// What a person lets a client do is at most what the person may do: the one list from scopes to roles. It holds when the person consents,
/// and at each use of a token.
/// </summary>
/// <param name="scopes">The scopes of each API. A scope that is missing here is no person's to give.</param>
public sealed class PeopleRights(IEnumerable<(string Dialect, OfferedScope Scope)> scopes)
{
    private readonly FrozenDictionary<(string Dialect, string Scope), Reach> _reaches =
        scopes.ToFrozenDictionary(one => (one.Dialect, one.Scope.Scope), one => one.Scope.Reach);

    /// <summary>No rights for anyone.</summary>
    public static PeopleRights None { get; } = new([]);

    /// <summary>The scopes among these that a person of a role can give for an API.</summary>
    public IReadOnlySet<string> Of(string dialect, OperatorRole? role, IEnumerable<string> asked) =>
        asked.Where(scope => _reaches.TryGetValue((dialect, scope), out var reach) && Has(role, reach)).ToHashSet();

    internal static bool Has(OperatorRole? role, Reach reach) => reach switch
    {
        Reach.Customer => true,
        Reach.Viewer => role is not null,
        Reach.Operator => role is OperatorRole.Operator or OperatorRole.Admin,
        Reach.Admin => role is OperatorRole.Admin,
    };
}
