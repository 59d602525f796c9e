using System.Globalization;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Today;

/// <summary>The words for what waits for people.</summary>
public static class WorkWords
{
    /// <summary>What there is to do, as a line of a list begins.</summary>
    public static string Of(WorkKind kind) => kind switch
    {
        WorkKind.Dispute => "Disputes to answer",
        WorkKind.PerhapsSent => "Perhaps sent to the bank before the restore",
        WorkKind.Approval => Places.Approvals.Title,
        WorkKind.DuesToRelease => "Runs of what is due, to release",
        WorkKind.DuesNotBegun => "Run of what is due that did not begin by itself",
        WorkKind.CollectionToRelease => "Collections to release",
        WorkKind.CollectionToHandOut => "Collections to hand out to the bank",
        WorkKind.ReturnedDebit => "Returned debits of this week",
        WorkKind.LineIn => "Bank lines to decide, money in",
        WorkKind.LineOut => "Bank lines to decide, money out",
        WorkKind.Due => "Bills to collect by card or debit",
        WorkKind.RefundToPay => "Refunds to pay out",
        WorkKind.FailingWebhook => "Webhooks whose receiver fails",
        WorkKind.DeadLetter => "Webhook messages given up",
    };

    /// <summary>How many there are, with what they add up to.</summary>
    public static string CountOf(WorkItem item) =>
        item.Count.ToString("N0", CultureInfo.InvariantCulture) + (item.IsAtLeast ? " or more" : "")
        + (item.Sums.Count == 0 ? "" : $" · {string.Join(", ", item.Sums.Select(AmountText.WithCode))}");

    /// <summary>The page on which a person does it.</summary>
    /// <param name="mayAct">Whether the person may do it; who may only look gets a page to look at.</param>
    internal static string AddressOf(WorkKind kind, bool mayAct) => kind switch
    {
        WorkKind.Dispute or WorkKind.ReturnedDebit => Places.With(
            Places.Payments, new() { [Payments.PaymentQuery.Back] = EnumWords.Of(MoneyReturn.Disputed) }),
        WorkKind.PerhapsSent => Places.PerhapsSent.Href,
        WorkKind.Approval => Places.Approvals.Href,
        WorkKind.Due or WorkKind.DuesNotBegun => mayAct ? Places.CollectDue.Href : Places.Receivables.Href,
        WorkKind.DuesToRelease or WorkKind.CollectionToRelease or WorkKind.CollectionToHandOut => Places.Collections.Href,
        WorkKind.LineIn or WorkKind.LineOut => Places.Settlements.Href,
        WorkKind.RefundToPay => Places.Refunds.Href,
        WorkKind.FailingWebhook or WorkKind.DeadLetter => Places.Webhooks.Href,
    };
}
