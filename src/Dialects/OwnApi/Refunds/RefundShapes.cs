using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Refunds;

/// <summary>A refund as it is shown.</summary>
/// <param name="Why">Why it failed; null where it did not, or nobody said.</param>
internal sealed record ShownRefund(RefundView View, DeclineReason? Why = null);

/// <summary>The answers about refunds, with their descriptions. A payment's own operation asks for one.</summary>
internal static class RefundShapes
{
    public static readonly Resource<ShownRefund> Refund = new("Refund", "Money of a payment that goes back to the payer.")
    {
        { Required("id", Uuid("Its id.")), shown => shown.View.Refund.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), shown => shown.View.Refund.Number },
        {
            Optional("payment", Uuid("The payment; missing where several payments share the refund.")),
            shown => shown.View.Refund.Payment?.Value
        },
        { Required("account", Uuid("The account that paid.")), shown => shown.View.Account.Id.Value },
        {
            Optional("amount", Sum, "How much it is."),
            shown => shown.View.Refund.Amount is { } amount ? json => Sum.Write(json, amount) : null
        },
        {
            Required("status", Word("Where it stands.", EnumWords.All<RefundStatus>())),
            shown => EnumWords.Of(shown.View.Refund.Status)
        },
        { OwnWords.Shown, shown => OwnWords.In(shown.View.Refund.Dialect, shown.View.Refund.Details) },
        {
            Optional("why", Word("Why it failed, where the provider said so.", EnumWords.All<DeclineReason>())),
            shown => shown.Why is { } why ? EnumWords.Of(why) : null
        },
        { Required("at", Moment("Since when it stands there.")), shown => TextOf(shown.View.Refund.StatusAt) },
    };

    public static readonly Resource<ShownPage<ShownRefund>> Page = PageOf("RefundPage", Refund);

    public static Operation ListRefunds { get; } = new("listRefunds", "Refunds", "Lists refunds of every API, the oldest first")
    {
        Description = "Refunds that failed are in it too.",
        Parameters =
        [
            OfAccount,
            InQuery(
                OwnApiRefunds.Payment, Text("Only those of this payment, by its id or your reference; also those that payments share.")),
            InQuery(OwnApiRefunds.Status, Word("Only those that stand so.", EnumWords.All<RefundStatus>())),
            InQuery(OwnApiRefunds.ByReference, Text("Only those that have this reference, of each account at most one.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindRefund { get; } = new("findRefund", "Refunds", "Gives a refund of any API")
    {
        Description = "It shows the refund as it is now. A reference that refunds of several accounts have finds none: list them by it.",
        Parameters = [OfIdOrReference],
        Replies = [new(200, "The refund.", Refund), NoSuch("refund")],
    };

    public static Operation SayPaid { get; } = new("sayRefundPaid", "Refunds", "Says that a refund was paid out")
    {
        Description = "A refund of a bank transfer, or of money at your own gateway, is `pending` until you say that the payer has the "
            + "money, or until its line of a statement is booked.",
        Parameters = [OfIdOrReference],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "The refund.", Refund), NoSuch("refund"),
            Conflict("People do not pay the refund out, or it was paid out or called off already"),
        ],
    };

    public static Operation CallOffRefund { get; } = new("callOffRefund", "Refunds", "Calls off a refund that people pay out")
    {
        Description = "The payment has the money as before, and settles again what the refund forgave or opened. A refund whose money "
            + "has left can't be called off, nor one in a file for the bank.",
        Parameters = [OfIdOrReference],
        Body = OwnApiRequests.Reason,
        Replies =
        [
            new(200, "The refund.", Refund), NoSuch("refund"),
            Conflict("People do not pay the refund out, it was paid out or called off already, its money has left, or a file has it"),
        ],
    };

    /// <summary>A refund with the reason of its provider where it failed.</summary>
    public static async Task<ShownRefund> ShownAsync(this IAttempts attempts, RefundView view, CancellationToken cancel) => new(
        view, view.Refund is { Status: RefundStatus.Failed, Attempt: { } attempt }
            ? (await attempts.FindAsync(attempt, cancel))?.Reason : null);
}
