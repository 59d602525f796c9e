using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
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
            MerchantOption.Merchant, MerchantOption.Api, Name, CurrencyOption, Language, TimeZone, ScopeOption, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        return new Command("credential", "The secrets that let clients in") { create };
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
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] {api.Dialect} for merchant {merchant.Value}, {installation.Currency}. The secrets are shown this once:");
        foreach (var kind in api.Credentials)
        {
            var secret = "qt_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            await merchants.EnsureCredentialAsync(installation, kind, options.GetRequiredValue(Name), secret, scopes, cancel);
            Terminal.Out.WriteLine($"  {Api.Header(kind, secret)}");
        }

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
