using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>credential</c>: the secrets that let clients in.</summary>
internal static class CredentialCommand
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "Whom it is for, as operators see it",
        HelpName = "text",
        DefaultValueFactory = _ => "client",
    };

    /// <summary>The currency of an installation that is made on the way.</summary>
    public static readonly Option<string> CurrencyOption = new("--currency")
    {
        Description = "The currency where requests name none; fixed with the API's first credential",
        HelpName = "code",
        DefaultValueFactory = _ => "USD",
    };

    private static readonly Option<string> Language = new("--language")
    {
        Description = "The language of messages where requests ask for none, such as de-CH; fixed with the API's first credential",
        HelpName = "tag",
        DefaultValueFactory = _ => "en",
    };

    private static readonly Option<string> TimeZone = new("--time-zone")
    {
        Description = "The zone in which days begin, such as Europe/Berlin; fixed with the API's first credential",
        HelpName = "name",
        DefaultValueFactory = _ => "Etc/UTC",
    };

    /// <summary>What is let in may do.</summary>
    public static readonly Option<string[]> ScopeOption = new("--scope")
    {
        Description = "What it may do (default: everything the API offers); may be given several times",
        HelpName = "scope",
    };

    public static Command Create()
    {
        var create = new Command("create", "Let a client in, and print its secrets: once, as only their hashes are kept")
        {
            MerchantOption.Merchant, MerchantOption.Api, Name, CurrencyOption, Language, TimeZone, ScopeOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        var list = new Command("list", "List the credentials, ended ones too; never their secrets")
        {
            MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        return new Command("credential", "The secrets that let clients in") { create, list, CredentialChange.Rotate(), CredentialChange.Revoke() };
    }

    /// <summary>A credential as programs are told of it.</summary>
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
        var end = credential.EndsAt is not { } at ? "" : at <= now ? $" · ended {Report.Time(at)}" : $" · ends {Report.Time(at)}";
        Terminal.Out.MarkupLineInterpolated($"[bold]{credential.Id}[/]  {credential.Name} · {credential.Dialect} · {Report.Word(credential.Kind)}");
        var client = credential.Client is { } of ? $"{of.Name}{(of.IsPublic ? " (public)" : "")} · " : "";
        Terminal.Out.MarkupLineInterpolated($"  {client}{string.Join(" ", credential.Scopes)} · since {Report.Time(credential.CreatedAt)}{end}");
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var now = TimeProvider.System.GetUtcNow();
        var credentials = await new IssuedCredentials(database.Source, TimeProvider.System).ListAsync(merchant, cancel);
        Report.Print(options, new { Credentials = credentials.Select(credential => DocumentOf(credential, now)) }, () =>
        {
            if (credentials.Count == 0)
                Terminal.Out.MarkupLine("Nobody is let in. Let somebody in with: quittance credential create");
            foreach (var credential in credentials)
                Show(credential, now);
        });
        return 0;
    }

    private static async Task<int> CreateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var api = MerchantOption.ApiOf(options);
        if (api.Credentials.Contains(CredentialKind.Client))
            throw new CommandException($"{api.Dialect} takes tokens only. Use: quittance client create");
        var (currency, scopes) = TermsOf(options, api);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.GetRequiredValue(TimeZone), out var timeZone))
            throw new CommandException("--time-zone must be the name of a time zone, such as Europe/Berlin.");

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchants = new Merchants(database.Source, TimeProvider.System);
        var merchant = await MerchantOption.FindAsync(options, merchants, cancel);
        var installation = await merchants.InstallAsync(
            merchant, api.Dialect, currency, cancel, options.GetRequiredValue(Language), timeZone.Id);
        var name = options.GetRequiredValue(Name);
        List<(long? Id, CredentialKind Kind, string Secret)> made = [];
        foreach (var kind in api.Credentials)
        {
            var secret = NewSecret.Of(kind);
            var id = await merchants.EnsureCredentialAsync(
                installation, kind, name, secret, scopes, cancel,
                number => CommandLineOrigin.Of(merchant, "credential.create", $"credential {number} ({name})"));
            made.Add((id, kind, secret));
        }

        var document = new
        {
            Merchant = merchant.Value,
            Api = api.Dialect,
            Currency = installation.Currency.Code,
            Credentials = made.Select(one => new { Credential = one.Id, one.Kind, one.Secret, Header = Api.Header(one.Kind, one.Secret) }),
        };
        Report.Print(options, document, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] {api.Dialect} for merchant {merchant.Value}, {installation.Currency}. The secrets are shown this once:");
            foreach (var (_, kind, secret) in made)
                Terminal.Out.WriteLine($"  {Api.Header(kind, secret)}");
        });
        return 0;
    }

    /// <summary>The currency and the scopes that were named.</summary>
    public static (Currency Currency, IReadOnlyList<string> Scopes) TermsOf(ParseResult options, Api api)
    {
        if (!Currency.TryParse(options.GetValue(CurrencyOption), out var currency))
            throw new CommandException("--currency must be an ISO 4217 code in capitals, such as USD.");
        IReadOnlyList<string> scopes = options.GetValue(ScopeOption) is { Length: > 0 } narrower ? narrower : api.Scopes;
        return scopes.FirstOrDefault(scope => !api.Scopes.Contains(scope)) is { } unknown
            ? throw new CommandException($"{api.Dialect} knows no scope {unknown}. Known: {string.Join(", ", api.Scopes)}.")
            : (currency, scopes);
    }
}
