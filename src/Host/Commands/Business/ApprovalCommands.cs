using System.CommandLine;
using Quittance.BackOffice.Approvals;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Approvals;
using Quittance.Core.Approving;
using Quittance.Host.Cli;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary>
/// <c>approval</c>: what waits for a second person, and above which amounts. People ask and approve in the console, where the books can
/// tell them apart.
/// </summary>
internal static class ApprovalCommands
{
    private const int Most = 1000;
    private const string None = "none";

    private static readonly Argument<long> Number = new("request") { Description = "The request's number, as the list shows it" };

    private static readonly Argument<string> Code = new("currency") { Description = "The currency, such as EUR" };

    private static readonly Argument<string> Limit = new("limit")
    {
        Description = $"The amount, such as 500.00; {None} ends the limit",
    };

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    public static Command Approval() => new(
        "approval", "Refunds, write-offs and credit notes above a limit, which wait for a second person")
    {
        CommandMaker.OfMerchant("list", "List what waits for a second person, and the limits", ListAsync),
        CommandMaker.OfMerchant("reject", "Reject a request; people approve in the console alone", RejectAsync, Number, Reason),
        CommandMaker.OfMerchant(
            "limit",
            "Set the amount of a currency above which a refund, a write-off or a credit note by an operator needs a second person; other "
            + "currencies have limits of their own",
            SetAsync,
            Code, Limit, Reason),
    };

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var waiting = await new Approvals(books).WaitingAsync(merchant, after: null, Most + 1, run.Cancel);
        var shown = waiting.Take(Most).ToList();
        var limits = await new ApprovalLimits(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(new { Limits = limits, Requests = shown.Select(DocumentOf), HasMore = waiting.Count > Most }, () =>
        {
            foreach (var limit in limits)
                Terminal.Line($"Above {limit}, a refund, a write-off or a credit note needs a second person.");
            if (shown.Count == 0)
                Terminal.Line($"[green]✓[/] Nothing waits for a second person.");
            foreach (var one in shown)
            {
                Terminal.Line(
                    $"[bold]{one.Request.Number}[/]  {Report.Word(one.Request.Act.Kind)} of {one.Request.Act.Amount}, {one.Subject}, ",
                    $"{one.Name ?? $"customer {one.AccountNumber}"}");
                Terminal.Line(
                    $"  asked by {one.Asked.Who} at {Report.Time(one.Asked.At)}: {one.Asked.Reason} · waits until ",
                    $"{Report.Time(one.Request.ExpiresAt)}");
            }

            if (waiting.Count > Most)
                Terminal.Line($"These are the oldest {Most}.");
        });
    }

    private static object DocumentOf(ApprovalView one) => new
    {
        Request = one.Request.Number,
        Id = one.Request.Id.Value,
        one.Request.Act.Kind,
        one.Request.Act.Amount,
        Payment = one.Request.Act.IsOfCharge ? (long?)null : one.SubjectNumber,
        Charge = one.Request.Act.IsOfCharge ? one.SubjectNumber : (long?)null,
        Account = one.AccountNumber,
        one.Name,
        AskedBy = one.Asked.Who,
        AskedAt = one.Asked.At,
        one.Asked.Reason,
        one.Request.ExpiresAt,
    };

    private static async Task RejectAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var number = run.Required(Number);
        var view = await new Approvals(books).FindAsync(merchant, number, run.Cancel)
            ?? throw new CommandException($"There is no request {number}. See: quittance approval list");
        var outcome = await run.StartEngine().SubmitAsync(
            new RejectRequest(run.By(merchant, "approval.reject", view.Subject, Run.ReasonOf(run.Required(Reason))), view.Request));
        CommandException.ThrowIfRefused(outcome, "Nothing was changed");
        run.Print(new { Request = number, Status = ApprovalStatus.Rejected }, $"[green]✓[/] Request {number} is [bold]rejected[/].");
    }

    private static async Task SetAsync(Run run)
    {
        if (!Currency.TryParse(run.Required(Code).ToUpperInvariant(), out var currency))
            throw new CommandException($"{run.Required(Code)} is no currency. Name one such as EUR.");
        var limit = LimitOf(run.Required(Limit), currency);
        var result = limit is { } amount
            ? await run.DoAsync(LimitActs.Set, new Asked().With(LimitActs.Limit, amount), run.Required(Reason))
            : await run.DoAsync(LimitActs.End, new Asked().With(LimitActs.Code, currency.Code), run.Required(Reason));
        run.Print(new { Currency = currency.Code, Limit = limit, result.IsChanged }, $"[green]✓[/] {result.Sentence}");
    }

    private static Money? LimitOf(string text, Currency currency) =>
        text == None ? null : Run.AmountOf(Limit.Name, text, currency);
}
