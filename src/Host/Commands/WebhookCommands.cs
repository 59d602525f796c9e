using System.CommandLine;
using Npgsql;
using Quittance.BackOffice.Webhooks;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Host.Cli;
using Quittance.Host.Webhooks;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Commands;

/// <summary><c>webhook</c>: the receivers of events, and <c>webhook dead</c>: the events that no receiver took.</summary>
internal static class WebhookCommands
{
    private static readonly Option<string> Address = Options.Required("--url", "url", "The receiver's https address");

    private static readonly Option<string[]> Event = Options.Of<string[]>(
        "--event", "name", "An event to send (default: all that the API has); may be given several times");

    private static readonly Option<long?> CredentialOption = Options.Of<long?>(
        "--credential", "number", "The number of the credential it belongs to, whose secret signs (default: the API's only one)");

    private static readonly Argument<Guid> Id = new("id") { Description = "The receiver's id, as the list shows it" };

    private static readonly Argument<string?> Message = new("message")
    {
        Description = "The message, as the list shows it (default: all)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<Guid?> Receiver = Options.Of<Guid?>("--receiver", "id", "Only one receiver's, by its id");

    private static readonly Option<bool> PrivateWebhooks = Options.Flag(
        "--private-webhooks", "The receiver may be on this machine or in a private network, as for servers that are started so");

    public static Command Webhook() => new("webhook", "The receivers of events")
    {
        CommandMaker.OfMerchant(
            "add",
            "Send events to a receiver; prints the secret of its signatures where there was none: once, as only a sealed copy is kept",
            AddAsync, Address, Event, Options.Api, CredentialOption),
        CommandMaker.OfMerchant("list", "List the receivers and their events", ListAsync),
        CommandMaker.OfMerchant("remove", "Send a receiver no more events, waiting ones included", RemoveAsync, Id),
        CommandMaker.OfMerchant(
            "rotate-secret", "Give a credential's receivers a new secret and print it, once; the secret before signs beside it for a day",
            RotateAsync, Options.Api, CredentialOption),
        CommandMaker.OfMerchant("test", WebhookTestActs.Send.Title, TestAsync, Id, PrivateWebhooks),
        new Command("dead", "The events that no receiver took")
        {
            CommandMaker.OfMerchant("list", "List the events that were given up, and why", ListDeadAsync),
            CommandMaker.OfMerchant(
                "replay", "Let a running server send them again, with as many tries as the first time",
                ReplayAsync, Message, Receiver),
        },
    };

    private static async Task AddAsync(Run run)
    {
        var api = run.Api();
        var address = CallbackAddress.Parse(run.Required(Address));
        if (address is null || CallbackAddress.ExpectedOf(address, allowsPrivateNetworks: true) is not null)
            throw new CommandException($"--url must be {CallbackAddress.ExpectedOf(address, allowsPrivateNetworks: true)}.");
        var types = TypesOf(run, api);

        var (books, merchant) = await run.ChangeMerchantAsync();
        var vault = await run.OpenVaultAsync();
        var subscriptions = new Subscriptions(books, run.Clock);
        var credential = await CredentialAsync(run, books, merchant);
        var subscription = new Subscription(
            new SubscriptionId(merchant, run.NewId()), credential, api.Dialect, address, types, Query: null);
        var (problem, secret) = await new Receivers(subscriptions, new WebhookSecrets(books, vault, run.Clock)).AddAsync(
            subscription, run.By(merchant, "webhook.add", $"receiver {subscription.Id.Value}"), run.Cancel);
        if (problem is not null)
            throw new CommandException(problem);
        run.Print(DocumentOf(subscription, secret), () =>
        {
            Terminal.Line(
                $"[green]✓[/] Receiver [bold]{subscription.Id.Value}[/] gets {EventsText(subscription)}");
            if (!CallbackAddress.MayBePublic(address))
                Terminal.Line($"  It is not a public https address: only servers started with --private-webhooks send there.");
            if (secret is not null)
                Show(secret);
            else
                Terminal.Line($"  The secret of credential {credential} signs it. A new one: quittance webhook rotate-secret");
        });
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var all = new Subscriptions(books, run.Clock);
        var subscriptions = await all.ListAsync(merchant, run.Cancel);
        var standings = await all.StandingsAsync(merchant, run.Cancel);
        run.Print(
            new { Receivers = subscriptions.Select(one => DocumentOf(one, null, standings.GetValueOrDefault(one.Id))) },
            () => Show(subscriptions, standings));
    }

    /// <summary>A receiver as programs get it; its secret only when it was just made.</summary>
    private static object DocumentOf(Subscription subscription, string? secret, ReceiverStanding? standing = null) => new
    {
        Receiver = subscription.Id.Value,
        Url = subscription.Address.OriginalString,
        Api = subscription.Dialect,
        subscription.Credential,
        Events = EventsOf(subscription),
        subscription.Query,
        Secret = secret,
        standing?.State,
        standing?.Failures,
        FailingSince = standing?.Since,
        standing?.NextTry,
    };

    /// <summary>The names of a receiver's events; null for every event.</summary>
    private static IEnumerable<string>? EventsOf(Subscription subscription) => subscription.Events is { } types
        ? Api.All.First(api => api.Dialect == subscription.Dialect)
            .WebhookEvents.Where(group => group.Types.Any(types.Contains)).Select(group => group.Name)
        : null;

    private static string EventsText(Subscription subscription) =>
        EventsOf(subscription) is { } names ? string.Join(", ", names) : "every event";

    private static void Show(
        IReadOnlyList<Subscription> subscriptions, IReadOnlyDictionary<SubscriptionId, ReceiverStanding> standings)
    {
        if (subscriptions.Count == 0)
            Terminal.Line($"There is no receiver.");
        foreach (var subscription in subscriptions)
        {
            Terminal.Line($"[bold]{subscription.Id.Value}[/]  {subscription.Address.OriginalString}");
            var query = subscription.Query is { } asked ? $" · {asked}" : "";
            Terminal.Line(
                $"  {subscription.Dialect} · credential {subscription.Credential} · {EventsText(subscription)}{query}");
            if (standings.GetValueOrDefault(subscription.Id) is { } standing)
                Terminal.Line($"  {TextOf(standing)}");
        }
    }

    /// <summary>Such as <c>failing since …, 5 failures in a row, next try …</c>.</summary>
    private static string TextOf(ReceiverStanding standing) => string.Concat(
        Report.Word(standing.State), standing.Since is { } since ? $" since {Report.Time(since)}" : "",
        standing.Failures > 0 ? $", failures in a row: {standing.Failures}" : "",
        standing.NextTry is { } next ? $", next try {Report.Time(next)}" : "");

    private static async Task RemoveAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var id = new SubscriptionId(merchant, run.Required(Id));
        if (!await new Subscriptions(books, run.Clock).EndAsync(
            id, credential: null, run.Cancel, run.By(merchant, "webhook.end", $"receiver {id.Value}")))
        {
            throw new CommandException($"There is no receiver {id.Value}. See: quittance webhook list");
        }

        run.Print(new { Receiver = id.Value, IsTold = false }, $"[green]✓[/] Receiver {id.Value} gets no more events.");
    }

    private static async Task RotateAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var vault = await run.OpenVaultAsync();
        var credential = await CredentialAsync(run, books, merchant);
        var secret = SigningKey.New();
        await new WebhookSecrets(books, vault, run.Clock).RotateAsync(
            merchant, credential, secret, run.Cancel, run.By(merchant, "webhook.rotate", $"the webhook secret of credential {credential}"));
        var hours = WebhookSecrets.SignsAfterwardsFor.TotalHours;
        var document =
            new { Credential = credential, Secret = secret, FormerSignsUntil = run.Clock.GetUtcNow() + WebhookSecrets.SignsAfterwardsFor };
        run.Print(document, () =>
        {
            Terminal.Line($"[green]✓[/] Credential {credential} has a new secret. The one before signs beside it for {hours} hours.");
            Show(secret);
        });
    }

    /// <summary>The types of the asked events; null for every event, where the API has all of them.</summary>
    private static IReadOnlyList<EventType>? TypesOf(Run run, Api api)
    {
        if (api.WebhookEvents.Count == 0)
            throw new CommandException($"{api.Dialect} has no events.");
        if (run.Get(Event) is not { Length: > 0 } names)
            return api.SendsEveryEvent ? null : [.. api.WebhookEvents.SelectMany(group => group.Types)];
        if (names.FirstOrDefault(name => api.WebhookEvents.All(group => group.Name != name)) is { } unknown)
        {
            throw new CommandException(
                $"{api.Dialect} knows no event {unknown}. Known: {string.Join(", ", api.WebhookEvents.Select(group => group.Name))}.");
        }

        return [.. api.WebhookEvents.Where(group => names.Contains(group.Name)).SelectMany(group => group.Types)];
    }

    private static async Task<long> CredentialAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var api = run.Api();
        var known = await new Subscriptions(books, run.Clock).CredentialsAsync(merchant, api.Dialect, run.Cancel);
        var named = run.Get(CredentialOption);
        if (named is null && known.Count == 1)
            return known[0].Id;
        if (known.Any(credential => credential.Id == named))
            return named!.Value;
        throw new CommandException(known.Count == 0
            ? $"Merchant {merchant.Value} has no credential of {api.Dialect}. Make one with: quittance credential create"
            : $"Say with --credential whose secret signs. Known: "
                + $"{string.Join(", ", known.Select(credential => $"{credential.Id} ({credential.Name})"))}.");
    }

    private static void Show(string secret)
    {
        Terminal.Line($"  The secret of its signatures, shown this once:");
        Terminal.WriteLine($"  {secret}");
    }

    private static async Task ListDeadAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var letters = await new Deliveries(books, run.Clock).DeadAsync(merchant, run.Cancel);
        run.Print(new { DeadLetters = letters.Select(DocumentOf) }, () =>
        {
            if (letters.Count == 0)
                Terminal.Line($"[green]✓[/] Nothing was given up.");
            foreach (var letter in letters)
            {
                // Two lines that fit a narrow terminal, with the message in one piece to be copied.
                Terminal.Line($"[bold]{letter.Message}[/]  {letter.Type}");
                Terminal.Line(
                    $"  receiver {letter.Subscription.Value} · given up {Report.Time(letter.DiedAt)}: {letter.Failure} · ",
                    $"{letter.Address.OriginalString}");
            }
        });
    }

    private static object DocumentOf(DeadLetter letter) => new
    {
        letter.Message,
        letter.Type,
        Receiver = letter.Subscription.Value,
        Url = letter.Address.OriginalString,
        letter.Failure,
        GivenUpAt = letter.DiedAt,
    };

    private static async Task TestAsync(Run run)
    {
        var result = await run.DoAsync(
            WebhookTestActs.Send, new Asked().With(WebhookTestActs.Id, $"{run.Required(Id):D}"), reason: null,
            parts => parts.AddSingleton(new WebhookSettings { AllowsPrivateNetworks = run.Get(PrivateWebhooks) })
                .AddSingleton<WebhookSecrets>().AddSingleton<WebhookSender>().AddSingleton<ITestWebhook, TestWebhook>());
        run.Print(new { Act = WebhookTestActs.Send.Word, Said = result.Sentence }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ReplayAsync(Run run)
    {
        var (receiver, message) = (run.Get(Receiver), run.Get(Message));
        var asked = new Asked().With(ReplayActs.Receiver, receiver is { } id ? $"{id:D}" : null).With(ReplayActs.Message, message);
        var result = await run.DoAsync(ReplayActs.Replay, asked, reason: null);
        run.Print(new { Replayed = result.Count }, $"[green]✓[/] {result.Sentence}");
    }
}
