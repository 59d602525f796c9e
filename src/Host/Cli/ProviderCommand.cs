using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Notices;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>provider</c>: the merchants' accounts at payment providers.</summary>
internal static class ProviderCommand
{
    private static readonly Argument<string> Name = CreateName();

    private static readonly Option<string> Address = new("--url") { Description = "Where the provider listens", HelpName = "url", Required = true };

    public static Command Create()
    {
        var connect = new Command("connect", "Open a merchant's account at a provider: its keys are made here and sealed in the vault")
        {
            Name, Address, MerchantOption.Merchant, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        connect.SetAction((options, cancel) => Terminal.RunAsync(progress => ConnectAsync(options, progress, cancel)));
        var rotate = new Command("rotate-key", "Give a provider a new key for its notices; those signed with the one before are still accepted")
        {
            Name, MerchantOption.Merchant, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        rotate.SetAction((options, cancel) => Terminal.RunAsync(progress => RotateAsync(options, progress, cancel)));
        return new Command("provider", "Accounts at payment providers") { connect, rotate };
    }

    private static Argument<string> CreateName()
    {
        var name = new Argument<string>("name") { Description = "The provider" };
        return name.AcceptOnlyFromAmong([.. ProviderDirectory.Connected]);
    }

    private static Task<int> ConnectAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        ChangeAsync(options, "provider.connect", progress, (merchant, known) =>
        {
            if (!Uri.TryCreate(options.GetRequiredValue(Address), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new CommandException("--url must be an absolute http or https address.");
            // Paths of the provider are below it.
            address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
            return known is null
                ? new ProviderAccount(
                    merchant, options.GetRequiredValue(Name), address, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), [NoticeSignature.NewKey()])
                : known with { Address = address };
        }, cancel);

    private static Task<int> RotateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel) =>
        ChangeAsync(options, "provider.rotate", progress, (_, known) => known is null
            ? throw new CommandException("The merchant has no account at this provider. Open one with: quittance provider connect")
            : known with { NoticeKeys = [NoticeSignature.NewKey(), known.NoticeKeys[0]] }, cancel);

    private static async Task<int> ChangeAsync(
        ParseResult options, string what, IProgress<string> progress, Func<MerchantId, ProviderAccount?, ProviderAccount> change, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var vault = await PostgresVault.OpenAsync(
            database.Source, await MasterKeySource.FindAsync(options, database.Source, progress, cancel), TimeProvider.System, cancel);
        var accounts = new ProviderAccounts(database.Source, vault, TimeProvider.System);
        var known = await accounts.FindAsync(merchant, options.GetRequiredValue(Name), cancel);
        var account = change(merchant, known);

        // Accepted everywhere before it is used: no notice is turned away meanwhile.
        await accounts.SaveAsync(account, cancel, CommandLineOrigin.Of(merchant, what, $"provider {account.Provider}"));
        if (known is not null && !known.NoticeKeys.SequenceEqual(account.NoticeKeys))
        {
            progress.Report("Waiting until running servers accept the new key");
            await Task.Delay(ProviderAccounts.RememberedFor, TimeProvider.System, cancel);
        }

        await TellAsync(account, cancel);
        Report.Print(
            options, new { Merchant = merchant.Value, account.Provider, Url = account.Address.AbsoluteUri },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Merchant {merchant.Value} has an account at [bold]{account.Provider}[/], {account.Address}"));
        return 0;
    }

    /// <summary>Tells the provider which key to sign its notices with from now on.</summary>
    public static async Task TellAsync(ProviderAccount account, CancellationToken cancel)
    {
        // Keys go nowhere but to the address that was given.
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = account.Address, Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        try
        {
            using var answer = await client.PutAsJsonAsync("v1/notice-key", new { key = account.NoticeKeys[0] }, cancel);
            if (!answer.IsSuccessStatusCode)
                throw new CommandException($"The provider did not take the key for its notices (HTTP {(int)answer.StatusCode}). {TellAgain(account)}");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandException($"The provider can't be reached under {account.Address} ({unreachable.Message}). {TellAgain(account)}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException($"The provider does not answer under {account.Address}. {TellAgain(account)}");
        }
    }

    /// <summary>The account is saved with its keys; connecting again tells the same key and makes no other.</summary>
    private static string TellAgain(ProviderAccount account) =>
        $"The account is saved. Tell the provider its key with: quittance provider connect {account.Provider} --url {account.Address} --merchant {account.Merchant.Value}";
}
