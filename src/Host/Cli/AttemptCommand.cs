using System.CommandLine;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Storage;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>attempt</c>: what providers were asked for and have not answered.</summary>
internal static class AttemptCommand
{
    private static readonly Option<bool> Unknown = new("--unknown") { Description = "Only those whose provider gave no clear answer" };

    private static readonly Argument<Guid> Id = new("id") { Description = "The attempt's id, as the list shows it" };

    private static readonly Option<string> As = CreateAs();

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "How you know; kept with the attempt",
        HelpName = "text",
        Required = true,
    };

    public static Command Create()
    {
        var list = new Command("list", "List attempts at providers without a last word: since when, and when they are asked for next")
        {
            Unknown, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var resolve = new Command("resolve", "Settle an attempt by what you found out at the provider; what the provider says later still wins")
        {
            Id, As, Reason, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        resolve.SetAction((options, cancel) => Terminal.RunAsync(progress => ResolveAsync(options, progress, cancel)));
        return new Command("attempt", "What providers were asked for") { list, resolve };
    }

    private static Option<string> CreateAs()
    {
        var option = new Option<string>("--as") { Description = "What the provider has done", HelpName = "approved|declined", Required = true };
        return option.AcceptOnlyFromAmong("approved", "declined");
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var unsettled = await new Attempts(database.Source).UnsettledAsync(options.GetValue(Unknown), cancel);
        Report.Print(options, new { Attempts = unsettled.Select(DocumentOf) }, () => Show(unsettled));
        return 0;
    }

    /// <summary>An attempt as programs are told of it.</summary>
    public static object DocumentOf(Attempt attempt) => new
    {
        Id = attempt.Id.Value,
        Merchant = attempt.Id.Merchant.Value,
        Payment = attempt.Payment.Value,
        attempt.Provider,
        attempt.Verb,
        attempt.Status,
        attempt.Amount,
        attempt.Reason,
        attempt.Note,
        attempt.Unanswered,
        attempt.OpenedAt,
        attempt.DueAt,
    };

    private static void Show(IReadOnlyList<Attempt> unsettled)
    {
        if (unsettled.Count == 0)
            Terminal.Out.MarkupLine("[green]✓[/] Every provider has answered.");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var attempt in unsettled)
        {
            // Two lines that fit a narrow terminal, with the id in one piece to be copied.
            Terminal.Out.MarkupLineInterpolated(
                $"[bold]{attempt.Id.Value}[/]  {Text(attempt.Verb)} {attempt.Amount} at {attempt.Provider}");
            var next = attempt.WaitsForPeople ? "waits for a line of a statement, or for you" : attempt.DueAt is not { } due ? "asked no more: resolve it" : due <= now ? "asked again now" : $"asked again in {Duration(due - now)}";
            Terminal.Out.MarkupLineInterpolated(
                $"  merchant {attempt.Id.Merchant.Value} · {Text(attempt.Status)} for {Duration(now - attempt.OpenedAt)} · unanswered {attempt.Unanswered} × · {next}");
            if (attempt.Note is { } note)
                Terminal.Out.MarkupLineInterpolated($"  {note}");
        }
    }

    private static async Task<int> ResolveAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var attempt = await FindAsync(new Attempts(database.Source), options.GetValue(Id), cancel);
        // What follows is for a running server to ask, and so due at once.
        await using var engine = database.StartEngine(new EngineOptions { Lease = TimeSpan.Zero });
        var origin = CommandLineOrigin.Of(attempt.Id.Merchant, "payment.settle", $"attempt {attempt.Id.Value}", options.GetRequiredValue(Reason));
        var isApproved = options.GetValue(As) == "approved";
        var taken = await engine.SubmitAsync(new TakeAnswer(
            origin, attempt, isApproved ? ProviderAnswer.Approved : ProviderAnswer.Declined(DeclineReason.Declined))
        {
            // What the provider says meanwhile, and no operator has seen, holds.
            AskedAfter = attempt.Events,
            Note = options.GetRequiredValue(Reason),
        });
        if (!taken.Accepted)
            throw new CommandException($"Nothing was changed: {Refused.Text(taken)}.");
        Report.Print(options, new { Attempt = attempt.Id.Value, Status = options.GetValue(As), Next = taken.Attempt?.Verb }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Attempt {attempt.Id.Value} is settled as [bold]{options.GetValue(As)}[/].");
            if (taken.Attempt is { } next)
                Terminal.Out.MarkupLineInterpolated($"  A running server goes on with the {Text(next.Verb)} within seconds.");
        });
        return 0;
    }

    private static async Task<Attempt> FindAsync(Attempts attempts, Guid id, CancellationToken cancel) =>
        (await attempts.UnsettledAsync(onlyUnknown: false, cancel)).FirstOrDefault(attempt => attempt.Id.Value == id)
        ?? throw new CommandException($"There is no open attempt {id}. See: quittance attempt list");

    private static string Text<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();

    private static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{time.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{time.TotalMinutes:0} min",
        { TotalDays: < 2 } => $"{time.TotalHours:0} h",
        _ => $"{time.TotalDays:0} days",
    };
}
