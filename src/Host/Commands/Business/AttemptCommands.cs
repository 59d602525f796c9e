using System.CommandLine;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Host.Cli;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>attempt</c>: requests to providers that have no answer yet.</summary>
internal static class AttemptCommands
{
    private static readonly Option<bool> Unknown = Options.Flag("--unknown", "Only those whose provider gave no clear answer");

    private static readonly Argument<Guid> Id = new("id") { Description = "The attempt's id, as the list shows it" };

    private static readonly Option<string> As = Options.Choice("--as", "The provider's decision", isRequired: true, "approved", "declined");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "How you know; kept with the attempt");

    public static Command Attempt() => new("attempt", "Requests to providers")
    {
        CommandMaker.OfBooks(
            "list", "List attempts at providers without a final answer: since when, and when they are asked for next",
            ListAsync, Unknown),
        CommandMaker.OfBooks(
            "resolve", "Settle an attempt by what you found out at the provider; a later answer of the provider still wins",
            ResolveAsync, Id, As, Reason),
    };

    /// <summary>An attempt as programs get it.</summary>
    public static object DocumentOf(Attempt attempt) => new
    {
        Id = attempt.Id.Value,
        Merchant = attempt.Id.Merchant.Value,
        Payment = attempt.Payment.Value,
        attempt.Provider,
        attempt.ProviderReference,
        attempt.Verb,
        attempt.Status,
        attempt.Amount,
        attempt.Reason,
        attempt.Note,
        attempt.Unanswered,
        attempt.OpenedAt,
        attempt.DueAt,
    };

    private static async Task ListAsync(Run run)
    {
        var unsettled = await new Attempts(await run.ReadAsync()).UnsettledAsync(run.Get(Unknown), run.Cancel);
        run.Print(new { Attempts = unsettled.Select(DocumentOf) }, () => Show(unsettled, run.Clock.GetUtcNow()));
    }

    private static void Show(IReadOnlyList<Attempt> unsettled, DateTimeOffset now)
    {
        if (unsettled.Count == 0)
            Terminal.Line($"[green]✓[/] Every provider has answered.");
        foreach (var attempt in unsettled)
        {
            // Two lines that fit a narrow terminal, with the id in one piece to be copied.
            Terminal.Line($"[bold]{attempt.Id.Value}[/]  {Text(attempt.Verb)} {attempt.Amount} at {attempt.Provider}");
            Terminal.Line(
                $"  merchant {attempt.Id.Merchant.Value} · {Text(attempt.Status)} for {Duration(now - attempt.OpenedAt)} · ",
                $"unanswered {attempt.Unanswered} × · {NextOf(attempt, now)}");
            if (attempt.ProviderReference is { } reference)
                Terminal.Line($"  {attempt.Provider} calls it {reference}");
            if (attempt.Note is { } note)
                Terminal.Line($"  {note}");
        }
    }

    private static string NextOf(Attempt attempt, DateTimeOffset now)
    {
        if (attempt.WaitsForPeople)
            return "waits for a line of a statement, or for you";
        if (attempt.DueAt is not { } due)
            return "asked no more: resolve it";
        return due <= now ? "asked again now" : $"asked again in {Duration(due - now)}";
    }

    private static async Task ResolveAsync(Run run)
    {
        var (id, reason, verdict) = (run.Required(Id), Run.ReasonOf(run.Required(Reason)), run.Get(As));
        var books = await run.ChangeAsync();
        var attempt = (await new Attempts(books).UnsettledAsync(onlyUnknown: false, run.Cancel))
            .FirstOrDefault(attempt => attempt.Id.Value == id)
            ?? throw new CommandException($"There is no open attempt {id}. See: quittance attempt list");
        var collection = await new Collections(books).OfAsync(attempt.Id, run.Cancel);
        if (attempt.Verb == Verb.Capture && collection is { MayBeCalledOff: true })
        {
            throw new CommandException(
                $"Collection {collection.Number} has the debit, and its file is not handed out: call the collection off.");
        }

        // A running server sends the next request, so it is due at once.
        var engine = run.StartEngine(new EngineOptions { Lease = TimeSpan.Zero });
        var taken = await engine.SubmitAsync(new TakeAnswer(
            run.By(attempt.Id.Merchant, "payment.settle", $"attempt {id}", reason), attempt,
            verdict == "approved" ? ProviderAnswer.Approved : ProviderAnswer.Declined(DeclineReason.Declined))
        {
            // An answer of the provider that arrives meanwhile, and that the operator has not seen, wins.
            AskedAfter = attempt.Events,
            Note = reason,
        });
        CommandException.ThrowIfRefused(taken, "Nothing was changed");
        run.Print(new { Attempt = id, Status = verdict, Next = taken.Attempt?.Verb }, () =>
        {
            Terminal.Line($"[green]✓[/] Attempt {id} is settled as [bold]{verdict}[/].");
            if (taken.Attempt is { } next)
                Terminal.Line($"  A running server goes on with the {Text(next.Verb)} within seconds.");
        });
    }

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
