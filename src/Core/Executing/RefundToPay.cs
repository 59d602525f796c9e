using Quittance.Core.Attempts;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

/// <summary>A refund that people pay out, because no provider holds its money.</summary>
/// <param name="Attempt">How much, by whom, since when, and whether it is done.</param>
/// <param name="RefundNumber">The human number of the refund.</param>
/// <param name="PaymentNumber">The human number of the payment whose money it is.</param>
/// <param name="AccountNumber">The human number of the customer's account.</param>
/// <param name="Name">The customer's name; null where none is known.</param>
public sealed record RefundToPay(Attempt Attempt, RefundId Refund, long RefundNumber, long PaymentNumber, long AccountNumber, string? Name)
{
    /// <summary>The number of the collection whose file has it; null for none.</summary>
    public long? Collection { get; init; }

    /// <summary>The code by which the bank rejected its last transfer; null for none.</summary>
    public string? Rejected { get; init; }

    /// <summary>Its word in the audit log.</summary>
    public string Subject => $"payment {PaymentNumber}";

    /// <summary>Books that the customer has the money.</summary>
    /// <param name="origin">The sender, with the reason.</param>
    public TakeAnswer Paid(Origin origin) => Answer(origin, ProviderAnswer.Approved);

    /// <summary>Books that it will not be paid out: its payment has the money as before.</summary>
    /// <param name="origin">The sender, with the reason.</param>
    public TakeAnswer CallOff(Origin origin) => Answer(origin, ProviderAnswer.Declined(DeclineReason.Declined));

    private TakeAnswer Answer(Origin origin, ProviderAnswer answer) => new(origin, Attempt, answer)
    {
        // Who says the opposite of what is settled has not looked at it, so the engine refuses it.
        AskedAfter = Attempt.IsSettled ? 0 : Attempt.Events,
        Note = origin.Action!.Reason,
    };
}

/// <summary>Reads the refunds that people pay out, without locks.</summary>
public interface IRefundsToPay
{
    /// <summary>One, whether it waits or not; null where people pay out no such refund.</summary>
    Task<RefundToPay?> FindAsync(RefundId refund, CancellationToken cancel);
}
