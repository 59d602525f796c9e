using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Providers.Notices;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Webhooks;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>webhook</c>: who is told of events.</summary>
internal static class WebhookCommand
{
    private static readonly Option<string> Address = new("--url") { Description = "Where it is told: an https address", HelpName = "url", Required = true };

    private static readonly Option<string[]> Event = new("--event")
    {
        Description = "What it is told of (default: all that the API has); may be given several times",
        HelpName = "name",
    };

    private static readonly Option<long?> CredentialOption = new("--credential")
    {
        Description = "The number of the credential it belongs to, whose secret signs (default: the API's only one)",
        HelpName = "number",
    };

    private static readonly Argument<Guid> Id = new("id") { Description = "The subscription's id, as the list shows it" };

    public static Command Create()
    {
        var add = new Command("add", "Tell a receiver of events; prints the secret of its signatures where there was none: once, as only a sealed copy is kept")
        {
            Address, Event, MerchantOption.Merchant, MerchantOption.Api, CredentialOption, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        add.SetAction((options, cancel) => Terminal.RunAsync(progress => AddAsync(options, progress, cancel)));
        var list = new Command("list", "List who is told of what") { MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var remove = new Command("remove", "Tell a receiver nothing any more, nor what still waits")
        {
            Id, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        remove.SetAction((options, cancel) => Terminal.RunAsync(progress => RemoveAsync(options, progress, cancel)));
        var rotate = new Command("rotate-secret", "Give a credential's receivers a new secret and print it, once; the one before signs beside it for a day")
        {
            MerchantOption.Merchant, MerchantOption.Api, CredentialOption, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        rotate.SetAction((options, cancel) => Terminal.RunAsync(progress => RotateAsync(options, progress, cancel)));
        return new Command("webhook", "Who is told of events") { add, list, remove, rotate, DeadLetterCommand.Create() };
    }

    private static async Task<int> AddAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var api = MerchantOption.ApiOf(options);
        var address = CallbackAddress.Parse(options.GetRequiredValue(Address))
            ?? throw new CommandException("--url must be an absolute https address without a user, a password or a fragment.");
        var events = EventsOf(options, api);

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var vault = await VaultAsync(options, database, progress, cancel);
        var subscriptions = new Subscriptions(database.Source, TimeProvider.System);
        var credential = await CredentialAsync(options, subscriptions, merchant, api, cancel);
        var subscription = new Subscription(
            new SubscriptionId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), credential, api.Dialect, address,
            [.. events.SelectMany(told => told.Types)], Query: null);
        switch (await subscriptions.AddAsync(subscription, cancel, CommandLineOrigin.Of(merchant, "webhook.add", $"receiver {subscription.Id.Value}")))
        {
            case SubscriptionOutcome.Added:
                break;
            case SubscriptionOutcome.Known:
                throw new CommandException("This address is told of that already. See: quittance webhook list");
            case SubscriptionOutcome.TooMany:
                throw new CommandException($"A credential has at most {Subscription.MostPerCredential} receivers.");
            case SubscriptionOutcome.CredentialUnknown:
                throw new CommandException($"{api.Dialect} has no credential {credential}.");
        }

        var secret = NoticeSignature.NewKey();
        var isSecretNew = await new WebhookSecrets(database.Source, vault, TimeProvider.System).EnsureAsync(merchant, credential, secret, cancel);
        Report.Print(options, DocumentOf(subscription, isSecretNew ? secret : null), () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Receiver [bold]{subscription.Id.Value}[/] is told of {string.Join(", ", events.Select(told => told.Name))}");
            if (!CallbackAddress.MayBePublic(address))
                Terminal.Out.MarkupLine("  It is not a public https address: only servers started with --private-webhooks send there.");
            if (isSecretNew)
                Show(secret);
            else
                Terminal.Out.MarkupLineInterpolated($"  It is signed with the secret that credential {credential} has. A new one: quittance webhook rotate-secret");
        });
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var subscriptions = await new Subscriptions(database.Source, TimeProvider.System).ListAsync(merchant, cancel);
        Report.Print(options, new { Receivers = subscriptions.Select(subscription => DocumentOf(subscription, null)) }, () => Show(subscriptions));
        return 0;
    }

    /// <summary>A receiver as programs are told of it; its secret only when it was just made.</summary>
    private static object DocumentOf(Subscription subscription, string? secret) => new
    {
        Receiver = subscription.Id.Value,
        Url = subscription.Address.OriginalString,
        Api = subscription.Dialect,
        subscription.Credential,
        Events = EventsOf(subscription),
        subscription.Query,
        Secret = secret,
    };

    private static IEnumerable<string> EventsOf(Subscription subscription) => Api.All.First(api => api.Dialect == subscription.Dialect)
        .WebhookEvents.Where(told => told.Types.Any(subscription.Events.Contains)).Select(told => told.Name);

    private static void Show(IReadOnlyList<Subscription> subscriptions)
    {
        if (subscriptions.Count == 0)
            Terminal.Out.MarkupLine("Nobody is told of anything.");
        foreach (var subscription in subscriptions)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{subscription.Id.Value}[/]  {subscription.Address.OriginalString}");
            Terminal.Out.MarkupLineInterpolated($"  {subscription.Dialect} · credential {subscription.Credential} · {string.Join(", ", EventsOf(subscription))}{(subscription.Query is { } query ? $" · {query}" : "")}");
        }
    }

    private static async Task<int> RemoveAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var id = new SubscriptionId(merchant, options.GetValue(Id));
        if (!await new Subscriptions(database.Source, TimeProvider.System).EndAsync(
            id, credential: null, cancel, CommandLineOrigin.Of(merchant, "webhook.end", $"receiver {id.Value}")))
        {
            throw new CommandException($"There is no receiver {id.Value}. See: quittance webhook list");
        }

        Report.Print(
            options, new { Receiver = id.Value, IsTold = false },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Receiver {id.Value} is told nothing any more."));
        return 0;
    }

    private static async Task<int> RotateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var vault = await VaultAsync(options, database, progress, cancel);
        var credential = await CredentialAsync(
            options, new Subscriptions(database.Source, TimeProvider.System), merchant, MerchantOption.ApiOf(options), cancel);
        var secret = NoticeSignature.NewKey();
        await new WebhookSecrets(database.Source, vault, TimeProvider.System).RotateAsync(
            merchant, credential, secret, cancel, CommandLineOrigin.Of(merchant, "webhook.rotate", $"the webhook secret of credential {credential}"));
        Report.Print(
            options, new { Credential = credential, Secret = secret, FormerSignsUntil = TimeProvider.System.GetUtcNow() + WebhookSecrets.SignsAfterwardsFor }, () =>
            {
                Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Credential {credential} has a new secret. The one before signs beside it for {WebhookSecrets.SignsAfterwardsFor.TotalHours} hours.");
                Show(secret);
            });
        return 0;
    }

    private static IReadOnlyList<WebhookEvent> EventsOf(ParseResult options, Api api)
    {
        if (api.WebhookEvents.Count == 0)
            throw new CommandException($"{api.Dialect} has nothing to tell of.");
        string[] names = options.GetValue(Event) is { Length: > 0 } given ? given : [.. api.WebhookEvents.Select(told => told.Name)];
        if (names.FirstOrDefault(name => api.WebhookEvents.All(told => told.Name != name)) is { } unknown)
            throw new CommandException($"{api.Dialect} knows no event {unknown}. Known: {string.Join(", ", api.WebhookEvents.Select(told => told.Name))}.");
        return [.. api.WebhookEvents.Where(told => names.Contains(told.Name))];
    }

    private static async Task<long> CredentialAsync(
        ParseResult options, Subscriptions subscriptions, MerchantId merchant, Api api, CancellationToken cancel)
    {
        var known = await subscriptions.CredentialsAsync(merchant, api.Dialect, cancel);
        var named = options.GetValue(CredentialOption);
        if (named is null && known.Count == 1)
            return known[0].Id;
        if (known.Any(credential => credential.Id == named))
            return named!.Value;
        throw new CommandException(known.Count == 0
            ? $"Merchant {merchant.Value} has no credential of {api.Dialect}. Make one with: quittance credential create"
            : $"Say with --credential whose secret signs. Known: {string.Join(", ", known.Select(credential => $"{credential.Id} ({credential.Name})"))}.");
    }

    private static async Task<IVault> VaultAsync(ParseResult options, OpenDatabase database, IProgress<string> progress, CancellationToken cancel) =>
        await PostgresVault.OpenAsync(
            database.Source, await MasterKeySource.FindAsync(options, database.Source, progress, cancel), TimeProvider.System, cancel);

    private static void Show(string secret)
    {
        Terminal.Out.MarkupLine("  The secret of its signatures, shown this once:");
        Terminal.Out.WriteLine($"  {secret}");
    }
}
