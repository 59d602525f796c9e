using System.CommandLine;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>client</c>: the programs that get tokens from the authorisation server.</summary>
internal static class ClientCommand
{
    private static readonly Argument<string> Id = new("client_id") { Description = "The client's id, as it was printed" };

    private static readonly Option<string> Title = new("--name")
    {
        Description = "What people who sign in are told it is called",
        HelpName = "text",
        Required = true,
    };

    private static readonly Option<string[]> RedirectUris = new("--redirect-uri")
    {
        Description = "Where people may be sent back to, character by character; may be given several times (default: nobody signs in, the client acts for itself)",
        HelpName = "uri",
    };

    private static readonly Option<bool> IsPublic = new("--public")
    {
        Description = "It can keep no secret, as an app on a phone or a page in a browser; it acts for people who sign in, and never for itself",
    };

    public static Command Create()
    {
        var create = new Command("create", "Let a program get tokens, and print its id and secret: once, as only a hash is kept")
        {
            MerchantOption.Merchant, MerchantOption.Api, Title, RedirectUris, IsPublic, CredentialCommand.ScopeOption, CredentialCommand.CurrencyOption,
            DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        var list = new Command("list", "List the programs that may get tokens, and those that no longer may")
        {
            MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var revoke = new Command("revoke", "Let a program in no more, nor with the tokens that it has; also beside a running server")
        {
            Id, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        revoke.SetAction((options, cancel) => Terminal.RunAsync(progress => RevokeAsync(options, progress, cancel)));
        return new Command("client", "The programs that get tokens from the authorisation server") { create, list, revoke };
    }

    private static async Task<int> RevokeAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var id = options.GetRequiredValue(Id);
        if (!await new Clients(database.Source, TimeProvider.System, new HashSet<string>()).RevokeAsync(
            merchant, id, cancel, CommandLineOrigin.Of(merchant, "client.revoke", $"client {id}")))
        {
            throw new CommandException($"Merchant {merchant.Value} has no client {id}, or it is revoked already.");
        }

        Report.Print(
            options, new { ClientId = id, LetsIn = false },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] {id} is let in no more. Servers that are running may take its tokens for five seconds yet."));
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var now = TimeProvider.System.GetUtcNow();
        var clients = (await new IssuedCredentials(database.Source, TimeProvider.System).ListAsync(merchant, cancel))
            .Where(credential => credential.Client is not null).ToList();
        Report.Print(options, new { Clients = clients.Select(client => CredentialCommand.DocumentOf(client, now)) }, () =>
        {
            if (clients.Count == 0)
                Terminal.Out.MarkupLine("No program may get tokens.");
            foreach (var client in clients)
                CredentialCommand.Show(client, now);
        });
        return 0;
    }

    private static async Task<int> CreateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var api = MerchantOption.ApiOf(options);
        if (!api.TakesTokens)
            throw new CommandException($"{api.Dialect} takes no tokens. Use: quittance credential create");
        var (currency, scopes) = CredentialCommand.TermsOf(options, api);
        var redirectUris = options.GetValue(RedirectUris) ?? [];
        if (redirectUris.FirstOrDefault(uri => !RedirectTarget.MayBe(uri)) is { } refused)
            throw new CommandException($"--redirect-uri {refused} is no absolute https address without a fragment. Others are for this machine (http://127.0.0.1…) and for apps (com.example.app:/…).");
        var isPublic = options.GetValue(IsPublic);
        if (isPublic && redirectUris.Length == 0)
            throw new CommandException("A public client acts for people only: say with --redirect-uri where they are sent back to.");

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchants = new Merchants(database.Source, TimeProvider.System);
        var merchant = await MerchantOption.FindAsync(options, merchants, cancel);
        var installation = await merchants.InstallAsync(merchant, api.Dialect, currency, cancel);
        var user = NewSecret.ClientName();
        var domain = api.DomainOf(merchant);
        var name = domain is null ? user : $"{user}@{domain}";
        var title = options.GetRequiredValue(Title);
        var secret = isPublic ? null : NewSecret.Of(CredentialKind.Client);
        await new Clients(database.Source, TimeProvider.System, new HashSet<string>())
            .EnsureAsync(installation, name, title, secret, scopes, redirectUris, cancel,
            CommandLineOrigin.Of(merchant, "client.create", $"client {name} ({title})"));
        Report.Print(options, new { ClientId = name, ClientSecret = secret, Api = api.Dialect, Name = title, Domain = domain, User = domain is null ? null : user }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] {title} may get tokens for {api.Dialect} of merchant {merchant.Value}.{(isPublic ? "" : " The secret is shown this once:")}");
            Terminal.Out.WriteLine($"  client_id:     {name}");
            if (secret is not null)
                Terminal.Out.WriteLine($"  client_secret: {secret}");
            if (domain is not null)
                Terminal.Out.WriteLine($"  For UserAuthentication: DomainName {domain}, UserName {user}, and the secret as Password");
        });
        return 0;
    }
}
