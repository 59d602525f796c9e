using Quittance.BackOffice.Dues;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Storage.Dues;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>account autopay</c>: customers' consents that their bills are collected when they are due.</summary>
internal static class AutopayCommand
{
    public static Command Autopay() =>
        new("autopay", "Whether a customer's bills are collected when they are due, by a stored card or bank account")
        {
            ActCommand.Of(AutopayActs.Choose, "choose"), ActCommand.Of(AutopayActs.End, "end"),
            CommandMaker.OfMerchant(
                "show", "Show the consents of a customer, the last one first, also those that have ended", ShowAsync,
                BalanceCommands.Customer),
        };

    private static async Task ShowAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var (account, number) = await BalanceCommands.NamedAsync(run, books, merchant);
        var all = await new Autopays(books).OfAccountAsync(account, run.Cancel);
        run.Print(
            new
            {
                Account = account.Value,
                Number = number,
                InForce = all is [{ IsInForce: true }, ..],
                Consents = all.Select(one => new
                {
                    Instrument = one.Instrument?.Value,
                    one.Source,
                    one.Text,
                    one.Language,
                    one.GivenAt,
                    one.EndedAt,
                    one.EndedBy,
                }),
            },
            () =>
            {
                if (all.Count == 0)
                    Terminal.Line($"Customer {number} has neither chosen autopay nor ended it.");
                foreach (var one in all)
                {
                    var what = one.Instrument is { } instrument ? $"by instrument {instrument.Value:D}" : "nothing is to be collected";
                    var ended = one.EndedAt is { } at
                        ? $"ended {at:yyyy-MM-dd HH:mm} UTC ({EnumWords.Of(one.EndedBy!.Value)})" : "in force";
                    Terminal.Line($"{one.GivenAt:yyyy-MM-dd HH:mm} UTC ({EnumWords.Of(one.Source)}): {what}, {ended}");
                    if (one.Text is { } text)
                        Terminal.Line($"  “{text}”");
                }
            });
    }
}
