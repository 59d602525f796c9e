using System.CommandLine;
using Npgsql;
using Quittance.BackOffice.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Commands;

/// <summary><c>credential</c>: the secrets that let clients in.</summary>
internal static class CredentialCommands
{
    private static readonly Argument<long> Id = new("number") { Description = "The credential's number, as the list shows it" };

    private static readonly Option<string> Name = Options.WithDefault(
        "--name", "text", "The client that it is for, as operators see it", () => "client");

    public static readonly Option<string> CurrencyOption = Options.WithDefault(
        "--currency", "code", "The currency of requests that name none; fixed with the API's first credential", () => "USD");

    private static readonly Option<string> Language = Options.WithDefault(
        "--language", "tag",
        "The language of messages where requests ask for none, such as de-CH; fixed with the API's first credential", () => "en");

    private static readonly Option<string?> TimeZone = Options.Of<string?>(
        "--time-zone", "name",
        "The zone in which days begin, such as Europe/Berlin (default: the merchant's); fixed with the API's first credential");

    public static readonly Option<string[]> ScopeOption = Options.Of<string[]>(
        "--scope", "scope", "What it may do, such as payment.read; may be given several times (default: each single scope of the API)");

    private static readonly Option<int?> KeepOld = Options.Of<int?>(
        "--keep-old", "hours",
        $"Accept the old secret beside the new one for 1 to {CredentialActs.MostHours} hours (default: end it, and other former secrets)");

    private static readonly Option<int?> EndWebhooks = Options.Of<int?>(
        "--end-webhooks", "hours",
        "End the webhooks that it made in the last so many hours; 0 ends all of them (default: it keeps its webhooks)");

    public static Command Credential() => new("credential", "The secrets that let clients in")
    {
        CommandMaker.OfMerchant(
            "create", "Let a client in, and print its secrets: once, as only their hashes are kept", CreateAsync,
            Options.Api, Name, CurrencyOption, Language, TimeZone, ScopeOption),
        CommandMaker.OfMerchant("list", "List the credentials, ended ones too; never their secrets", ListAsync),
        CommandMaker.OfMerchant(
            "rotate", "Give a credential a new secret and print it: once, as only its hash is kept", RotateAsync, Id, KeepOld,
            EndWebhooks),
        CommandMaker.OfMerchant("revoke", "End a credential with all its secrets; also beside a running server", RevokeAsync, Id),
    };

    /// <summary>A credential as programs get it.</summary>
    public static object DocumentOf(IssuedCredential credential, DateTimeOffset now) => new
    {
        Credential = credential.Id,
        Api = credential.Dialect,
        credential.Kind,
        credential.Name,
        credential.Scopes,
        credential.CreatedAt,
        credential.EndsAt,
        LetsIn = credential.LetsIn(now),
        ClientId = credential.Client?.Name,
        credential.Client?.IsPublic,
        credential.Client?.RedirectUris,
    };

    /// <summary>Shows a credential to people, in two lines that fit a narrow terminal.</summary>
    public static void Show(IssuedCredential credential, DateTimeOffset now)
    {
        var end = credential.EndsAt is { } at ? $" · {(at <= now ? "ended" : "ends")} {Report.Time(at)}" : "";
        Terminal.Line($"[bold]{credential.Id}[/]  {credential.Name} · {credential.Dialect} · {Report.Word(credential.Kind)}");
        var client = credential.Client is { } of ? $"{of.Name}{(of.IsPublic ? " (public)" : "")} · " : "";
        Terminal.Line($"  {client}{string.Join(" ", credential.Scopes)} · since {Report.Time(credential.CreatedAt)}{end}");
    }

    /// <summary>The currency and the scopes that were named.</summary>
    public static (Currency Currency, IReadOnlyList<string> Scopes) TermsOf(Run run, Api api)
    {
        if (!Currency.TryParse(run.Get(CurrencyOption), out var currency))
            throw new CommandException("--currency must be an ISO 4217 code in capitals, such as USD.");
        IReadOnlyList<string> scopes = run.Get(ScopeOption) is { Length: > 0 } narrower ? narrower : api.UsualScopes;
        return scopes.FirstOrDefault(scope => !api.Scopes.Contains(scope)) is { } unknown
            ? throw new CommandException($"{api.Dialect} knows no scope {unknown}. Known: {string.Join(", ", api.Scopes)}.")
            : (currency, scopes);
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var now = run.Clock.GetUtcNow();
        var credentials = await new IssuedCredentials(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(new { Credentials = credentials.Select(credential => DocumentOf(credential, now)) }, () =>
        {
            if (credentials.Count == 0)
                Terminal.Line($"No client is let in. Let one in with: quittance credential create");
            foreach (var credential in credentials)
                Show(credential, now);
        });
    }

    private static async Task CreateAsync(Run run)
    {
        var api = run.Api();
        if (api.Credentials.Contains(CredentialKind.Client))
            throw new CommandException($"{api.Dialect} takes tokens only. Use: quittance client create");
        var (currency, scopes) = TermsOf(run, api);
        TimeZoneInfo? timeZone = null;
        if (run.Get(TimeZone) is { } zone && (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out timeZone) || !timeZone.HasIanaId))
            throw new CommandException("--time-zone must be the name of a time zone, such as Europe/Berlin.");

        var (books, merchant) = await run.ChangeMerchantAsync();
        var merchants = new Merchants(books, run.Clock);
        if (timeZone is not null && !await merchants.IsZoneAsync(timeZone.Id, run.Cancel))
            throw new CommandException("--time-zone must be a time zone that the database knows, too, such as Europe/Berlin.");
        var installation = await merchants.InstallAsync(merchant, api.Dialect, currency, run.Cancel, run.Required(Language), timeZone?.Id);
        var name = run.Required(Name);
        List<(long? Id, CredentialKind Kind, string Secret)> made = [];
        foreach (var kind in api.Credentials)
        {
            var secret = NewSecret.Of(kind);
            var id = await merchants.EnsureCredentialAsync(
                installation, kind, name, secret, scopes, run.Cancel,
                number => run.By(merchant, "credential.create", $"credential {number} ({name})"));
            made.Add((id, kind, secret));
        }

        var document = new
        {
            Merchant = merchant.Value,
            Api = api.Dialect,
            Currency = installation.Currency.Code,
            Credentials = made.Select(one => new { Credential = one.Id, one.Kind, one.Secret, Header = Api.Header(one.Kind, one.Secret) }),
        };
        run.Print(document, () =>
        {
            Terminal.Line(
                $"[green]✓[/] {api.Dialect} for merchant {merchant.Value}, {installation.Currency}. The secrets are shown this once:");
            foreach (var (_, kind, secret) in made)
                Terminal.WriteLine($"  {Api.Header(kind, secret)}");
        });
    }

    private static async Task RotateAsync(Run run)
    {
        var hours = run.Get(KeepOld);
        if (hours is < 1 or > CredentialActs.MostHours)
            throw new CommandException($"--keep-old must be between 1 and {CredentialActs.MostHours} hours.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (credential, issued) = await FindAsync(run, books, merchant);
        var since = run.Get(EndWebhooks);
        if (since is < 0 or > CredentialActs.MostAge)
            throw new CommandException($"--end-webhooks must be between 0 and {CredentialActs.MostAge} hours.");
        var subscriptions = new Subscriptions(books, run.Clock);
        var before = await subscriptions.OfCredentialAsync(merchant, credential.Id, run.Cancel);
        var result = await run.DoAsync(
            CredentialActs.Rotate,
            new Asked().With(CredentialActs.Number, credential.Id).With(CredentialActs.KeepOld, (long?)hours)
                .With(CredentialActs.EndWebhooks, (long?)since),
            reason: null);
        var secret = result.Secret!;
        var oldUntil = hours is null ? null
            : IssuedCredentials.FormerOf(await issued.ListAsync(merchant, run.Cancel), credential.Id)?.EndsAt;
        var left = await subscriptions.OfCredentialAsync(merchant, credential.Id, run.Cancel);
        var ended = before.Count - left.Count;
        var shown = credential.Kind is CredentialKind.Client ? $"client_secret: {secret}" : Api.Header(credential.Kind, secret);
        run.Print(new
        {
            Credential = credential.Id,
            credential.Name,
            credential.Kind,
            Secret = secret,
            Header = shown,
            OldUntil = oldUntil,
            WebhooksEnded = ended,
            Webhooks = left.Select(one => new
            {
                Receiver = one.Subscription.Id.Value,
                Address = one.Subscription.Address.OriginalString,
                one.CreatedAt,
            }),
        }, () =>
        {
            Terminal.Line($"[green]✓[/] Credential [bold]{credential.Id}[/] ({credential.Name}) has a new secret, shown this once:");
            Terminal.WriteLine($"  {shown}");
            Terminal.Line(oldUntil is { } until
                ? $"  The old one is accepted until {Report.Time(until)}."
                : (FormattableString)$"  The old one has ended. Running servers may accept it for another five seconds.");
            if (ended > 0)
                Terminal.Line($"  Webhooks ended: {ended}.");
            if (left.Count > 0)
                Terminal.Line($"  It keeps these webhooks. To end one that you do not know: quittance webhook remove");
            foreach (var (subscription, createdAt) in left)
                Terminal.Line($"  {subscription.Id.Value}  {Report.Time(createdAt)}  {subscription.Address.OriginalString}");
        });
    }

    private static async Task RevokeAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (credential, issued) = await FindAsync(run, books, merchant);
        var by = run.By(merchant, "credential.revoke", $"credential {credential.Id} ({credential.Name})");
        if (CredentialActs.ProblemOf(await issued.RevokeAsync(merchant, credential.Id, by, key: null, run.Cancel)) is { } problem)
            throw new CommandException(problem);
        run.Print(new { Credential = credential.Id, credential.Name, LetsIn = false }, () => Terminal.Line(
            $"[green]✓[/] Credential [bold]{credential.Id}[/] ({credential.Name}) is let in no more. ",
            $"Running servers may accept it for another five seconds."));
    }

    private static async Task<(IssuedCredential Credential, IssuedCredentials Issued)> FindAsync(
        Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var issued = new IssuedCredentials(books, run.Clock);
        var id = run.Required(Id);
        var credential = (await issued.ListAsync(merchant, run.Cancel)).FirstOrDefault(one => one.Id == id)
            ?? throw new CommandException($"Merchant {merchant.Value} has no credential {id}. See: quittance credential list");
        return (credential, issued);
    }
}
