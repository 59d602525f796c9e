using System.CommandLine;
using Quittance.Core.Webhooks;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>webhook dead</c>: what nobody could be told of.</summary>
internal static class DeadLetterCommand
{
    private static readonly Argument<string?> Message = new("message")
    {
        Description = "The message, as the list shows it (default: all)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<Guid?> Receiver = new("--receiver") { Description = "Only one receiver's, by its id", HelpName = "id" };

    public static Command Create()
    {
        var list = new Command("list", "List what was given up, and why") { MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var replay = new Command("replay", "Have it told once more, by a running server, with as many tries as the first time")
        {
            Message, Receiver, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        replay.SetAction((options, cancel) => Terminal.RunAsync(progress => ReplayAsync(options, progress, cancel)));
        return new Command("dead", "What nobody could be told of") { list, replay };
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var letters = await new Deliveries(database.Source, TimeProvider.System).DeadAsync(merchant, cancel);
        Report.Print(options, new { DeadLetters = letters.Select(DocumentOf) }, () => Show(letters));
        return 0;
    }

    private static object DocumentOf(DeadLetter letter) => new
    {
        letter.Message,
        Type = letter.Type,
        Receiver = letter.Subscription.Value,
        Url = letter.Address.OriginalString,
        letter.Failure,
        GivenUpAt = letter.DiedAt,
    };

    private static void Show(IReadOnlyList<DeadLetter> letters)
    {
        if (letters.Count == 0)
            Terminal.Out.MarkupLine("[green]✓[/] Nothing was given up.");
        foreach (var letter in letters)
        {
            // Two lines that fit a narrow terminal, with what is to be copied in one piece.
            Terminal.Out.MarkupLineInterpolated($"[bold]{letter.Message}[/]  {letter.Type}");
            Terminal.Out.MarkupLineInterpolated(
                $"  receiver {letter.Subscription.Value} · given up {letter.DiedAt:yyyy-MM-dd HH:mm:ss}Z: {letter.Failure} · {letter.Address.OriginalString}");
        }
    }

    private static async Task<int> ReplayAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var replayed = await new Deliveries(database.Source, TimeProvider.System).ReplayAsync(
            merchant, options.GetValue(Receiver), options.GetValue(Message), cancel,
            CommandLineOrigin.Of(merchant, "webhook.replay", options.GetValue(Message) ?? "all dead letters"));
        if (replayed == 0 && options.GetValue(Message) is not null)
            throw new CommandException("There is no such dead letter. See: quittance webhook dead list");
        Report.Print(options, new { Replayed = replayed }, () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] To be told once more: {replayed}"));
        return 0;
    }
}
