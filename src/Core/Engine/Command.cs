using Quittance.Core.Accounts;

namespace Quittance.Core.Engine;

/// <summary>
/// Something asked of the engine. A command says which rows it needs, and then decides on them as a pure function.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">The account that it is for; it decides the slot and so the lane.</param>
public abstract record Command(Origin Origin, AccountTarget Account)
{
    /// <summary>The idempotency key of the request, if it has one.</summary>
    public KeyUse? Key { get; init; }

    /// <summary>The client's own reference for the payment, if it has one.</summary>
    public ClientReference? ClientReference { get; init; }

    /// <summary>Whether it may begin a payment through a provider, whose answer takes its time.</summary>
    public virtual bool MayAskProvider => false;

    /// <summary>Whether what it begins is a refund, and not a payment.</summary>
    public virtual bool AsksForRefund => false;

    /// <summary>
    /// Whether silence is no answer to it: who sends it again learns, as soon as that is known, what its provider decided in the end.
    /// </summary>
    public virtual bool WaitsForDecision => false;

    /// <summary>Whether it only tells what has happened already, which a full queue does not keep out.</summary>
    internal virtual bool HasHappened => false;

    /// <summary>The references it speaks of, beside the account's.</summary>
    public virtual IEnumerable<Reference> References => [];

    /// <summary>Says which rows the decision needs. Only what references resolve to is known at that time.</summary>
    public virtual void Want(Wanted wanted, State known)
    {
        if (known.Locate(Account) is { } account)
            wanted.Accounts[account.Account] = account.Slot;
    }

    /// <summary>Decides. Sees what earlier commands of the batch have changed, and changes nothing itself.</summary>
    public abstract Decision Decide(State state, Stamp stamp);

    /// <summary>The account's names and all other references.</summary>
    internal IEnumerable<Reference> AllReferences() => Account.Known is null ? Account.Names.Concat(References) : References;

    /// <summary>The keys under which the answer is looked up and kept, with the refusal that a foreign use of each gets.</summary>
    internal IEnumerable<(KeyUse Use, Refusal Reused)> Keys(AccountId? account)
    {
        if (Key is not null)
            yield return (Key, Refusal.KeyReused);
        if (ClientReference is not null && account is { } payer)
        {
            var key = new RequestKey(Origin.Merchant, $"{ClientReference.Dialect} {payer.Value:D}", ClientReference.Value, 0);
            yield return (new KeyUse(key, ClientReference.RequestHash, Expires: false), Refusal.CorrelatorReused);
        }
    }
}
