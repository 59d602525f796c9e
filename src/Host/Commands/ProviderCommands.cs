using System.CommandLine;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host.Cli;
using Quittance.Providers;
using Quittance.Storage.Providers;

namespace Quittance.Host.Commands;

/// <summary><c>provider</c>: the merchants' accounts at payment providers.</summary>
internal static class ProviderCommands
{
    private static readonly Argument<string> Name = CreateName();

    private static readonly Option<string> Address = Options.Required("--url", "url", "Where the provider listens");

    public static Command Provider() => new("provider", "Accounts at payment providers")
    {
        Act.OfMerchant(
            "connect", "Open a merchant's account at a provider: its keys are made here and sealed in the vault", ConnectAsync,
            Name, Address),
        Act.OfMerchant(
            "rotate-key", "Give a provider a new key for its notices; notices signed with the key before are still accepted", RotateAsync,
            Name),
    };

    private static Argument<string> CreateName()
    {
        var name = new Argument<string>("name") { Description = "The provider" };
        return name.AcceptOnlyFromAmong([.. ProviderDirectory.Connected]);
    }

    private static Task ConnectAsync(Run run)
    {
        if (!Uri.TryCreate(run.Required(Address), UriKind.Absolute, out var address) || !SecretAddress.Allows(address))
        {
            throw new CommandException(
                "--url must be an absolute https address, or http on this machine: card numbers and keys go there.");
        }

        // Paths of the provider are below it.
        address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
        return ChangeAsync(run, "provider.connect", (merchant, known) => known is null
            ? new ProviderAccount(
                merchant, run.Required(Name), address, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                [SigningKey.New()])
            : known with { Address = address });
    }

    private static Task RotateAsync(Run run) => ChangeAsync(run, "provider.rotate", (_, known) => known is null
        ? throw new CommandException("The merchant has no account at this provider. Open one with: quittance provider connect")
        : known with { NoticeKeys = [SigningKey.New(), known.NoticeKeys[0]] });

    /// <summary>Of an account that an earlier version connected.</summary>
    private static void EnsureEncrypted(ProviderAccount account)
    {
        if (!SecretAddress.Allows(account.Address))
        {
            throw new CommandException(
                $"The account's address {account.Address} is not encrypted. Connect it again with an https address.");
        }
    }

    private static async Task ChangeAsync(Run run, string what, Func<MerchantId, ProviderAccount?, ProviderAccount> change)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var accounts = new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock);
        var known = await accounts.FindAsync(merchant, run.Required(Name), run.Cancel);
        var account = change(merchant, known);
        EnsureEncrypted(account);

        // All servers accept the key before the provider uses it, so that none refuses a notice meanwhile.
        await accounts.SaveAsync(account, run.Cancel, run.By(merchant, what, $"provider {account.Provider}"));
        if (known is not null && !known.NoticeKeys.SequenceEqual(account.NoticeKeys))
        {
            run.Progress.Report("Waiting until running servers accept the new key");
            await Task.Delay(ProviderAccounts.RememberedFor, run.Clock, run.Cancel);
        }

        await TellAsync(account, run.Cancel);
        run.Print(
            new { Merchant = merchant.Value, account.Provider, Url = account.Address.AbsoluteUri },
            $"[green]✓[/] Merchant {merchant.Value} has an account at [bold]{account.Provider}[/], {account.Address}");
    }

    /// <summary>Tells the provider which key to sign its notices with from now on.</summary>
    public static async Task TellAsync(ProviderAccount account, CancellationToken cancel)
    {
        // Without redirects: keys go only to the address that was given.
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = account.Address,
            Timeout = TimeSpan.FromSeconds(10),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        try
        {
            using var answer = await client.PutAsJsonAsync("v1/notice-key", new { key = account.NoticeKeys[0] }, cancel);
            if (!answer.IsSuccessStatusCode)
            {
                throw new CommandException(
                    $"The provider did not take the key for its notices (HTTP {(int)answer.StatusCode}). {TellAgain(account)}");
            }
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandException(
                $"The provider can't be reached under {account.Address} ({unreachable.Message}). {TellAgain(account)}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandException($"The provider does not answer under {account.Address}. {TellAgain(account)}");
        }
    }

    /// <summary>The account is saved with its keys; connecting again tells the same key and makes no other.</summary>
    private static string TellAgain(ProviderAccount account) =>
        "The account is saved. Tell the provider its key with: "
        + $"quittance provider connect {account.Provider} --url {account.Address} --merchant {account.Merchant.Value}";
}
