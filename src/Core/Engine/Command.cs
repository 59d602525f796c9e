namespace Quittance.Core.Engine;

/// <summary>Names one answer that is kept, so that a repeated request gets it again.</summary>
/// <param name="Merchant">Whose request.</param>
/// <param name="Scope">
/// The range in which the key is unique: the installation and route, or an account for a client's own payment reference.
/// </param>
/// <param name="Key">The key as the client sent it.</param>
/// <param name="Line">The 0-based record of a batch; 0 for a single request.</param>
public readonly record struct RequestKey(MerchantId Merchant, string Scope, string Key, int Line);

/// <summary>How a command uses an idempotency key.</summary>
/// <param name="RequestHash">A keyed hash of the whole request; the same key with another hash is refused.</param>
/// <param name="KeepsRefusals">Whether a refusal uses up the key too, as for the records of a batch.</param>
/// <param name="Expires">Whether it can be deleted after 30 days; a key of an import's line can't.</param>
public sealed record KeyUse(RequestKey Key, ReadOnlyMemory<byte> RequestHash, bool KeepsRefusals = false, bool Expires = true);

/// <summary>The state of the idempotency key of a request.</summary>
public enum KeyState
{
    /// <summary>No request has used it.</summary>
    New,

    /// <summary>The same request has used it, and is done.</summary>
    Repeated,

    /// <summary>Another request has used it.</summary>
    Reused,
}

/// <summary>
/// The place of the answer to a repeated request. The event and everything before it never change, so the answer can be given again.
/// </summary>
/// <param name="RequestHash">The keyed hash of the request that used it.</param>
/// <param name="Subject">The id of the object that the request created or changed; <see cref="Guid.Empty"/> when it was refused.</param>
/// <param name="Sequence">The event of that subject which the request made.</param>
/// <param name="Faults">The reasons of a refusal; else empty.</param>
/// <param name="Until">When it can be forgotten; null for never.</param>
public sealed record KeptAnswer(
    RequestKey Key, ReadOnlyMemory<byte> RequestHash, Guid Subject, int Sequence, IReadOnlyList<Fault> Faults, DateTimeOffset? Until)
    : IRow<RequestKey, KeptAnswer>
{
    /// <summary>How long a key that expires is kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public static Shelf<RequestKey, KeptAnswer> Shelf { get; } = new(answer => answer.Key);
}

/// <summary>
/// The client's own reference for a payment, unique per account: the same request gets the first answer again,
/// another request is refused (TMF676 and Oracle BRM: <c>correlatorId</c>).
/// </summary>
/// <param name="Dialect">The dialect; references of two dialects do not meet.</param>
/// <param name="Value">The reference as the client sent it.</param>
/// <param name="RequestHash">A keyed hash of the whole request.</param>
public sealed record ClientReference(string Dialect, string Value, ReadOnlyMemory<byte> RequestHash)
{
    /// <summary>Why another request with the reference is refused.</summary>
    public Refusal Reused { get; init; } = Refusal.CorrelatorReused;
}

/// <summary>
/// Something asked of the engine. A command says which rows it needs, and then decides on them as a pure function.
/// </summary>
/// <param name="Account">The account that it is for; it decides the slot and so the lane.</param>
public abstract record Command(Origin Origin, AccountTarget Account)
{
    /// <summary>The idempotency key of the request, if it has one.</summary>
    public KeyUse? Key { get; init; }

    /// <summary>The client's own reference for the payment, if it has one.</summary>
    public ClientReference? ClientReference { get; init; }

    /// <summary>The day on which it took effect outside the books, such as that on which cash was taken; null for today.</summary>
    public DateOnly? EffectiveOn { get; init; }

    /// <summary>Whether it may begin a payment through a provider, whose answer takes its time.</summary>
    public virtual bool MayAskProvider => false;

    /// <summary>Whether it begins a refund instead of a payment.</summary>
    public virtual bool AsksForRefund => false;

    /// <summary>
    /// Whether a repeated request waits for the provider's decision instead of an answer that says the provider is silent.
    /// </summary>
    public virtual bool WaitsForDecision => false;

    /// <summary>Whether it books what has happened already, so that a full queue does not refuse it.</summary>
    internal virtual bool HasHappened => false;

    /// <summary>The other accounts that it changes. Their slots are held with that of its own account.</summary>
    public virtual IReadOnlyList<AccountTarget> Others => [];

    /// <summary>The references it speaks of, beside the account's and those that it gives.</summary>
    public virtual IEnumerable<Reference> References => [];

    /// <summary>
    /// References that it gives to something new, of which it has to know only that none is taken. They are looked up once, with the slot
    /// held: nothing else is wanted because of them.
    /// </summary>
    public virtual IEnumerable<Reference> NewNames => [];

    /// <summary>Says which rows the decision needs. Only references are resolved at that time.</summary>
    public virtual void Want(Wanted wanted, State known)
    {
    }

    /// <summary>Decides on the state after the earlier commands of the batch. A pure function.</summary>
    public abstract Decision Decide(State state, Stamp stamp);

    /// <summary>The names of the accounts and all other references.</summary>
    internal IEnumerable<Reference> AllReferences() => ReferencesBefore().Concat(NewNames);

    /// <summary>The references that are looked up before the rows: what they name says which rows are wanted.</summary>
    internal IEnumerable<Reference> ReferencesBefore()
    {
        var all = Account.Known is null ? Account.Names.Concat(References) : References;
        return Others.Count == 0 ? all : all.Concat(Others.Where(other => other.Known is null).SelectMany(other => other.Names));
    }

    /// <summary>
    /// Whether a client has named the account in an API that shows no merge: then the old name leads to the account that goes on.
    /// </summary>
    public bool FollowsMerges => Account is { Known: null, Names: [var name, ..] }
        && name is { Dialect: not Reference.House } or { Kind: Reference.AccountNumberKind };

    /// <summary>Whether a refusal is final. Else the command comes again for the account that goes on, with the same key.</summary>
    public bool IsFinal(IReadOnlyList<Fault> faults) => !FollowsMerges || faults.All(fault => fault.Refusal != Refusal.AccountMerged);

    /// <summary>Whether it may have been answered before: it has a key, or its client's reference.</summary>
    internal bool HasKeys => Key is not null || ClientReference is not null;

    /// <summary>The keys under which the answer is looked up and kept, with the refusal that a foreign use of each gets.</summary>
    internal IEnumerable<(KeyUse Use, Refusal Reused)> Keys(AccountId? account) => HasKeys ? KeysOf(account) : [];

    private IEnumerable<(KeyUse Use, Refusal Reused)> KeysOf(AccountId? account)
    {
        if (Key is not null)
            yield return (Key, Refusal.KeyReused);
        if (ClientReference is not null && account is { } payer)
        {
            var key = new RequestKey(Origin.Merchant, $"{ClientReference.Dialect} {payer.Value:D}", ClientReference.Value, 0);
            yield return (new KeyUse(key, ClientReference.RequestHash, Expires: false), ClientReference.Reused);
        }
    }
}
