using System.Buffers.Binary;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Overdue;

/// <summary>How far a customer is dunned. The level is the account's: one letter names all that is overdue.</summary>
/// <param name="Cycle">How often dunning has begun; 0 for never. A cycle ends when nothing is overdue any more.</param>
/// <param name="Level">The last level of the cycle that runs; 0 while none does.</param>
/// <param name="SteppedOn">The day of that level; null while no cycle runs.</param>
public sealed record AccountDunning(AccountId Account, int Cycle, int Level, DateOnly? SteppedOn) : IRow<AccountId, AccountDunning>
{
    public static Shelf<AccountId, AccountDunning> Shelf { get; } = new(dunning => dunning.Account);

    /// <summary>Whether an agency collects the debt.</summary>
    public bool IsWithAgency { get; init; }

    /// <summary>Whether the customer is never dunned.</summary>
    public bool IsExempt { get; init; }

    /// <summary>The last day on which the customer is not dunned; null for none.</summary>
    public DateOnly? PausedUntil { get; init; }

    public bool IsPaused(DateOnly today) => today <= PausedUntil;

    /// <summary>An account that was never dunned.</summary>
    public static AccountDunning None(AccountId account) => new(account, 0, 0, null);
}

/// <summary>One level that a customer has reached. It never changes.</summary>
/// <param name="Sequence">The event of the account that tells of it.</param>
/// <param name="TakenOn">Its day.</param>
/// <param name="OldestDueOn">The due day of the oldest charge that led to it.</param>
/// <param name="Overdue">The overdue amount less the customer's credit.</param>
/// <param name="Fee">The charge of its fee; null for no fee.</param>
/// <param name="HandsOver">Whether an agency collects the debt from then on.</param>
public sealed record DunningStep(
    DunningStepId Id, int Sequence, DateOnly TakenOn, DateOnly OldestDueOn, Money Overdue, ChargeId? Fee, bool HandsOver)
    : IRow<DunningStepId, DunningStep>
{
    public static Shelf<DunningStepId, DunningStep> Shelf { get; } = new(step => step.Id);
}

/// <summary>A level of a cycle of an account: no level is reached twice in a cycle.</summary>
public readonly record struct DunningStepId(AccountId Account, int Cycle, int Level)
{
    /// <summary>The charge of its fee: one step has one fee.</summary>
    public ChargeId Fee
    {
        get
        {
            Span<byte> name = stackalloc byte[16 + sizeof(int) + sizeof(int) + 11];
            Account.Value.TryWriteBytes(name, bigEndian: true, out _);
            BinaryPrimitives.WriteInt32BigEndian(name[16..], Cycle);
            BinaryPrimitives.WriteInt32BigEndian(name[20..], Level);
            "dunning fee"u8.CopyTo(name[24..]);
            return new ChargeId(Account.Merchant, DerivedId.Of(name));
        }
    }
}

public static class DunningRows
{
    /// <summary>How far an account is dunned. Only of accounts whose dunning was wanted.</summary>
    public static AccountDunning DunningOf(this State state, AccountId id) =>
        state.Find(AccountDunning.Shelf, id) ?? AccountDunning.None(id);

    /// <summary>Adds an event of an account.</summary>
    internal static Event PutEvent(this Changes changes, Account account, EventType type, Origin origin, Stamp stamp)
    {
        changes.Put(account with { Events = account.Events + 1 });
        var happened = new Event(account.Id.Value, account.Events + 1, type, null, stamp.Time, origin, []);
        changes.Put(happened);
        return happened;
    }
}
