using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Today;

/// <summary>The words for what waits for people.</summary>
public static class WorkWords
{
    /// <summary>What there is to do, as a line of a list begins.</summary>
    public static string Of(WorkKind kind) => kind switch
    {
        WorkKind.Dispute => Say("Disputes to answer"),
        WorkKind.PerhapsSent => Say("Perhaps sent to the bank before the restore"),
        WorkKind.Approval => Places.Approvals.Title,
        WorkKind.DuesToRelease => Say("Runs of what is due, to release"),
        WorkKind.DuesNotBegun => Say("Run of what is due that did not begin by itself"),
        WorkKind.CollectionToRelease => Say("Collections to release"),
        WorkKind.CollectionToHandOut => Say("Collections to hand out to the bank"),
        WorkKind.ReturnedDebit => Say("Returned debits of this week"),
        WorkKind.LineIn => Say("Bank lines to decide, money in"),
        WorkKind.LineOut => Say("Bank lines to decide, money out"),
        WorkKind.Due => Say("Bills to collect by card or debit"),
        WorkKind.RefundToPay => Say("Refunds to pay out"),
        WorkKind.FailingWebhook => Say("Webhooks whose receiver fails"),
        WorkKind.DeadLetter => Say("Webhook messages given up"),
    };

    /// <summary>How many there are, with what they add up to.</summary>
    public static string CountOf(WorkItem item) =>
        (item.IsAtLeast ? Say($"{item.Count:N0} or more") : Number(item.Count))
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
