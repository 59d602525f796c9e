using System.CommandLine;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Quittance.Storage.Settlements;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement tolerance</c>: by how much a line of a statement may be less than what it pays.</summary>
internal static class ToleranceCommand
{
    private const string None = "none";

    private static readonly Argument<string?> Code = new("currency")
    {
        Description = "The currency, such as EUR; none to list",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> Most = new("amount")
    {
        Description = $"The largest difference, such as 2.00; {None} ends the tolerance",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Percent = Options.Of<string>(
        "--percent", "number", "The largest difference in percent of what is paid, such as 1.5; with an amount, both hold");

    private static readonly Option<string> Kind = Options.Of<string>(
        "--as", "kind", "What a difference is, where you do not say otherwise: fee, rounding or discount (default: fee)");

    private static readonly Option<string> Reason = Options.Of<string>("--reason", "text", "Why; kept in the audit log");

    public static Command Tolerance() => CommandMaker.OfMerchant(
        "tolerance",
        "By how much a bank's line may be less than what it pays: such a line is proposed with its difference. Without arguments, list",
        RunAsync, Code, Most, Percent, Kind, Reason);

    private static Task RunAsync(Run run) => run.Get(Code) is { } code ? SetAsync(run, code) : ListAsync(run);

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var tolerances = await new SettlementTolerances(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(tolerances.Select(DocumentOf), () =>
        {
            if (tolerances.Count == 0)
                Terminal.Line($"A line pays what came, and no more.");
            foreach (var one in tolerances)
            {
                Terminal.Line(
                    $"[bold]{one.Currency.Code}[/]  a line may be less by {one.ToString()}: {Report.Word(one.Kind)}, where you do not ",
                    $"say otherwise");
            }
        });
    }

    private static async Task SetAsync(Run run, string code)
    {
        if (!Currency.TryParse(code.ToUpperInvariant(), out var currency))
            throw new CommandException($"{code} is no currency. Name one such as EUR.");
        if (run.Get(Reason) is not { } reason)
            throw new CommandException("Say why by --reason.");
        var (amount, percent, asked) = (run.Get(Most), run.Get(Percent), new Asked().With(ToleranceActs.Code, currency.Code));
        if (amount == None && percent is not null)
            throw new CommandException($"{None} ends the tolerance: leave --percent out.");
        if (run.Get(Kind) is { } kind && EnumWords.Find<ShortfallKind>(kind) is null)
            throw new CommandException($"--as is one of {string.Join(", ", EnumWords.All<ShortfallKind>())}.");
        var result = amount == None
            ? await run.DoAsync(ToleranceActs.End, asked, reason)
            : await run.DoAsync(
                ToleranceActs.Set,
                asked.With(ToleranceActs.Most, amount).With(ToleranceActs.Percent, percent).With(ToleranceActs.Kind, run.Get(Kind)),
                reason);
        var merchant = new MerchantId(run.Get(Options.Merchant));
        var tolerance = await new SettlementTolerances(run.Database.Source, run.Clock).FindAsync(merchant, currency, run.Cancel);
        run.Print(
            new { Currency = currency.Code, Tolerance = tolerance is null ? null : DocumentOf(tolerance) },
            $"[green]✓[/] {result.Sentence}");
    }

    private static object DocumentOf(SettlementTolerance tolerance) => new
    {
        Currency = tolerance.Currency.Code,
        Amount = tolerance.AmountMinor is { } most ? new Money(most, tolerance.Currency) : (Money?)null,
        Percent = tolerance.PercentHundredths is { } percent ? percent / 100m : (decimal?)null,
        tolerance.Kind,
    };
}
