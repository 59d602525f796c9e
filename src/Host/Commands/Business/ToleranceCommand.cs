using System.CommandLine;
using System.Globalization;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Quittance.Storage.Settlements;

using Act = Quittance.Host.Cli.Act;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement tolerance</c>: by how much a line of a statement may be less than what it pays.</summary>
internal static class ToleranceCommand
{
    private const string None = "none";
    private const decimal MostPercent = 100;

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

    public static Command Tolerance() => Act.OfMerchant(
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
        var read = ToleranceOf(run, currency);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var tolerance = read(merchant);
        var text = tolerance is null ? $"{None} in {currency.Code}" : $"{tolerance} in {currency.Code}, {EnumWords.Of(tolerance.Kind)}";
        await new SettlementTolerances(books, run.Clock).SetAsync(
            merchant, currency, tolerance, run.By(merchant, "tolerance.set", $"tolerance {text}", Run.ReasonOf(reason)), run.Cancel);
        run.Print(
            new { Currency = currency.Code, Tolerance = tolerance is null ? null : DocumentOf(tolerance) },
            $"[green]✓[/] The tolerance is [bold]{text}[/].");
    }

    private static Func<MerchantId, SettlementTolerance?> ToleranceOf(Run run, Currency currency)
    {
        var (amount, percent) = (run.Get(Most), run.Get(Percent));
        if (amount == None)
            return percent is null ? _ => null : throw new CommandException($"{None} ends the tolerance: leave --percent out.");
        if (amount is null && percent is null)
            throw new CommandException($"Say an amount, --percent, or {None}.");
        if (EnumWords.Find<ShortfallKind>(run.Get(Kind) ?? EnumWords.Of(ShortfallKind.Fee)) is not { } kind)
            throw new CommandException($"--as is one of {string.Join(", ", EnumWords.All<ShortfallKind>())}.");
        var (mostMinor, hundredths) = (Run.AmountOf(Most.Name, amount, currency)?.AmountMinor, PercentOf(percent));
        return merchant => new SettlementTolerance(merchant, currency, mostMinor, hundredths, kind);
    }

    private static int? PercentOf(string? text)
    {
        if (text is null)
            return null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= MostPercent && percent * 100 == decimal.Truncate(percent * 100)
            ? (int)(percent * 100)
            : throw new CommandException("--percent is a number above 0 and at most 100 with at most two decimals, such as 1.5.");
    }

    private static object DocumentOf(SettlementTolerance tolerance) => new
    {
        Currency = tolerance.Currency.Code,
        Amount = tolerance.AmountMinor is { } most ? new Money(most, tolerance.Currency) : (Money?)null,
        Percent = tolerance.PercentHundredths is { } percent ? percent / 100m : (decimal?)null,
        tolerance.Kind,
    };
}
