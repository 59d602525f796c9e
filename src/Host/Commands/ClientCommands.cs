using System.CommandLine;
using Quittance.Core.Access;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands;

/// <summary><c>client</c>: the programs that get tokens from the authorisation server.</summary>
internal static class ClientCommands
{
    private static readonly Argument<string> Id = new("client_id") { Description = "The client's id, as it was printed" };

    private static readonly Option<string> Title = Options.Required("--name", "text", "The name that people see when they sign in");

    private static readonly Option<string[]> RedirectUris = Options.Of<string[]>(
        "--redirect-uri", "uri",
        "An address to which the server may send people back, compared character by character; give it once for each address "
        + "(default: the client acts only for itself)");

    private static readonly Option<bool> IsPublic = Options.Flag(
        "--public",
        "The client can keep no secret, like an app on a phone or a page in a browser: it acts only for people who sign in");

    public static Command Client() => new("client", "The programs that get tokens from the authorisation server")
    {
        CommandMaker.OfMerchant(
            "create", "Let a program get tokens, and print its id and secret: once, as only a hash is kept", CreateAsync,
            Options.Api, Title, RedirectUris, IsPublic, CredentialCommands.ScopeOption, CredentialCommands.CurrencyOption),
        CommandMaker.OfMerchant("list", "List the programs that may get tokens, revoked ones too", ListAsync),
        CommandMaker.OfMerchant(
            "revoke", "Stop a program from getting tokens, and end those that it has; also beside a running server",
            RevokeAsync, Id),
    };

    private static async Task RevokeAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var id = run.Required(Id);
        var clients = new Clients(books, run.Clock, new HashSet<string>());
        if (!await clients.RevokeAsync(merchant, id, run.Cancel, run.By(merchant, "client.revoke", $"client {id}")))
            throw new CommandException($"Merchant {merchant.Value} has no client {id}, or it is revoked already.");
        run.Print(
            new { ClientId = id, LetsIn = false },
            $"[green]✓[/] {id} is let in no more. Running servers may accept its tokens for another five seconds.");
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var now = run.Clock.GetUtcNow();
        var clients = (await new IssuedCredentials(books, run.Clock).ListAsync(merchant, run.Cancel))
            .Where(credential => credential.Client is not null).ToList();
        run.Print(new { Clients = clients.Select(client => CredentialCommands.DocumentOf(client, now)) }, () =>
        {
            if (clients.Count == 0)
                Terminal.Line($"No program may get tokens.");
            foreach (var client in clients)
                CredentialCommands.Show(client, now);
        });
    }

    private static async Task CreateAsync(Run run)
    {
        var api = run.Api();
        if (!api.TakesTokens)
            throw new CommandException($"{api.Dialect} takes no tokens. Use: quittance credential create");
        var (currency, scopes) = CredentialCommands.TermsOf(run, api);
        var redirectUris = run.Get(RedirectUris) ?? [];
        if (redirectUris.FirstOrDefault(uri => !RedirectTarget.MayBe(uri)) is { } refused)
        {
            throw new CommandException(
                $"--redirect-uri {refused} is no absolute https address without a fragment. "
                + "Others are for this machine (http://127.0.0.1…) and for apps (com.example.app:/…).");
        }

        var isPublic = run.Get(IsPublic);
        if (isPublic && redirectUris.Length == 0)
            throw new CommandException("A public client acts for people only: say with --redirect-uri where they are sent back to.");

        var (books, merchant) = await run.ChangeMerchantAsync();
        var installation = await new Merchants(books, run.Clock).InstallAsync(merchant, api.Dialect, currency, run.Cancel);
        var user = NewSecret.ClientName();
        var domain = api.DomainOf(merchant);
        var name = domain is null ? user : $"{user}@{domain}";
        var title = run.Required(Title);
        var secret = isPublic ? null : NewSecret.Of(CredentialKind.Client);
        await new Clients(books, run.Clock, new HashSet<string>()).EnsureAsync(
            installation, name, title, secret, scopes, redirectUris, run.Cancel,
            run.By(merchant, "client.create", $"client {name} ({title})"));
        var document =
            new
            {
                ClientId = name,
                ClientSecret = secret,
                Api = api.Dialect,
                Name = title,
                Domain = domain,
                User = domain is null ? null
            : user
            };
        run.Print(document, () =>
        {
            Terminal.Line(
                $"[green]✓[/] {title} may get tokens for {api.Dialect} of merchant {merchant.Value}.",
                $"{(isPublic ? "" : " The secret is shown this once:")}");
            Terminal.WriteLine($"  client_id:     {name}");
            if (secret is not null)
                Terminal.WriteLine($"  client_secret: {secret}");
            if (domain is not null)
                Terminal.WriteLine($"  For UserAuthentication: DomainName {domain}, UserName {user}, and the secret as Password");
        });
    }
}
