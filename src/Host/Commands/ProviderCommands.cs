using System.CommandLine;
using Quittance.BackOffice.Providers;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host.Cli;
using Quittance.Host.Commands.Business;
using Quittance.Host.Providers;
using Quittance.Providers;
using Quittance.Storage.Providers;

namespace Quittance.Host.Commands;

/// <summary><c>provider</c>: the merchants' accounts at payment providers.</summary>
internal static class ProviderCommands
{
    private const string ApiKeyVariable = "QUITTANCE_PROVIDER_API_KEY";
    private const string NoticeSecretVariable = "QUITTANCE_PROVIDER_NOTICE_SECRET";

    private static readonly Argument<string> Name = CreateName();

    private static readonly Option<string?> Address = Options.Text(
        "--url", "url", "Where the provider listens (default: the provider's usual address, if it has one)");

    private static readonly Option<string?> ApiKeyFile = Options.Text(
        "--api-key-file", "file", $"The file with the API key that the provider gave you (or the variable {ApiKeyVariable})");

    private static readonly Option<string?> NoticeSecretFile = Options.Text(
        "--notice-secret-file", "file",
        $"The file with the secret that signs the provider's notices (or the variable {NoticeSecretVariable})");

    public static Command Provider() => new("provider", "Accounts at payment providers")
    {
        ListCommands.OfProviders(),
        CommandMaker.OfMerchant(
            "connect", "Open a merchant's account at a provider: verify its keys and seal them in the vault", ConnectAsync,
            Name, Address, ApiKeyFile, NoticeSecretFile),
        CommandMaker.OfMerchant(
            "rotate-key", "Give a provider a new key for its notices; notices signed with the key before are still accepted", RotateAsync,
            Name),
        RouteCommands.Route(),
    };

    private static Argument<string> CreateName()
    {
        var name = new Argument<string>("name") { Description = "The provider" };
        return name.AcceptOnlyFromAmong([.. ProviderDirectory.Connected]);
    }

    private static async Task ConnectAsync(Run run)
    {
        var kind = ProviderDirectory.Kind(run.Required(Name))!;
        var given = AddressOf(run);
        var (apiKey, secret) = (
            await SecretAsync(run, kind, ApiKeyFile, ApiKeyVariable), await SecretAsync(run, kind, NoticeSecretFile, NoticeSecretVariable));
        await ChangeAsync(run, kind, "provider.connect", (merchant, known) =>
            ProviderConnection.Read(
                ConnectableKinds.Of(kind), merchant, known, new BroughtKeys(given, apiKey, secret), out var account) is { } fault
                ? throw ExceptionOf(fault, kind, account) : account);
    }

    private static CommandException ExceptionOf(ConnectFault fault, IProviderKind kind, ProviderAccount account) => fault switch
    {
        ConnectFault.NoAddress => new("--url must say where the provider listens."),
        ConnectFault.NotEncrypted => NotEncrypted(account),
        ConnectFault.NoApiKey => Missing(kind, ApiKeyFile, ApiKeyVariable),
        ConnectFault.NoNoticeSecret => Missing(kind, NoticeSecretFile, NoticeSecretVariable),
        ConnectFault.BroughtBefore => throw new InvalidOperationException("Each command is a request of its own."),
    };

    private static Uri? AddressOf(Run run)
    {
        if (run.Get(Address) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var given) && SecretAddress.Allows(given)
            // Paths of the provider are below it.
            ? new Uri(given.AbsoluteUri.TrimEnd('/') + "/")
            : throw new CommandException(
                "--url must be an absolute https address, or http on this machine: card numbers and keys go there.");
    }

    /// <summary>
    /// A key from its file or its variable; null for neither. Never from the command line, which others on the machine can read.
    /// </summary>
    private static async Task<string?> SecretAsync(Run run, IProviderKind kind, Option<string?> file, string variable)
    {
        var (path, value) = (run.Get(file), Environment.GetEnvironmentVariable(variable));
        if (kind.Setup.MakesKeys)
            return path is null ? null : throw new CommandException($"{file.Name}: the keys of {kind.Name} are made here.");
        try
        {
            var secret = (path is null ? value : await File.ReadAllTextAsync(path, run.Cancel))?.Trim();
            return secret is null || ProviderConnection.IsKey(secret)
                ? secret
                : throw new CommandException($"{(path is null ? variable : file.Name)} holds no key: one line without blanks.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file.Name}: {unreadable.Message}");
        }
    }

    private static CommandException Missing(IProviderKind kind, Option<string?> file, string variable) =>
        new($"{kind.Name} gives the key: put it into a file and name it with {file.Name}, or into the variable {variable}.");

    private static Task RotateAsync(Run run)
    {
        var kind = ProviderDirectory.Kind(run.Required(Name))!;
        if (!kind.Setup.MakesKeys)
        {
            throw new CommandException(
                $"{kind.Name} makes the secret of its notices. Make a new one there, and connect again with {NoticeSecretFile.Name}.");
        }

        return ChangeAsync(run, kind, "provider.rotate", (_, known) => known is null
            ? throw new CommandException("The merchant has no account at this provider. Open one with: quittance provider connect")
            : known with { NoticeKeys = [SigningKey.New(), known.NoticeKeys[0]] });
    }

    /// <summary>Of an account that an earlier version connected.</summary>
    private static void EnsureEncrypted(ProviderAccount account)
    {
        if (!SecretAddress.Allows(account.Address))
            throw NotEncrypted(account);
    }

    private static CommandException NotEncrypted(ProviderAccount account) =>
        new($"The account's address {account.Address} is not encrypted. Connect it again with an https address.");

    private static async Task ChangeAsync(
        Run run, IProviderKind kind, string what, Func<MerchantId, ProviderAccount?, ProviderAccount> change)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var accounts = new ProviderAccounts(books, await run.OpenVaultAsync(), run.Clock);
        var known = await accounts.FindAsync(merchant, kind.Name, run.Cancel);
        var account = change(merchant, known);
        EnsureEncrypted(account);

        // Keys that the provider gave are verified before they replace others.
        if (!kind.Setup.MakesKeys && await kind.PrepareAsync(account, run.Cancel) is { } wrong)
            throw new CommandException($"{wrong} Nothing was changed.");
        // All servers accept the key before the provider uses it, so that none refuses a notice meanwhile.
        await accounts.SaveAsync(account, run.Cancel, run.By(merchant, what, $"provider {account.Provider}"));
        if (known is not null && !known.NoticeKeys.SequenceEqual(account.NoticeKeys))
        {
            run.Progress.Report("Waiting until running servers accept the new key");
            await Task.Delay(ProviderAccounts.RememberedFor, run.Clock, run.Cancel);
        }

        if (kind.Setup.MakesKeys && await kind.PrepareAsync(account, run.Cancel) is { } problem)
            throw new CommandException($"{problem} {TellAgain(account)}");
        Tell(run, kind, account);
    }

    private static void Tell(Run run, IProviderKind kind, ProviderAccount account)
    {
        var connected = ConnectableKinds.Of(kind);
        var (path, world) = (connected.NoticePath(account.Merchant), connected.WorldOf(account));
        run.Print(
            new
            {
                Merchant = account.Merchant.Value,
                account.Provider,
                Url = account.Address.AbsoluteUri,
                World = world is { } known ? EnumWords.Of(known) : null,
                Notices = path,
                kind.Setup.Events,
            },
            () =>
            {
                Terminal.Line(
                    $"[green]✓[/] Merchant {account.Merchant.Value} has an account at [bold]{account.Provider}[/], {account.Address}");
                Terminal.Line($"  {(world switch
                {
                    ProviderWorld.Test => "It is an account for trials: no real money moves.",
                    ProviderWorld.Live => "It moves real money.",
                    null => "Its key does not say whether it moves real money.",
                })}");
                if (kind.Setup.Events.Count == 0)
                    return;
                Terminal.Line($"  At {account.Provider}, let it send these events to {path} below your server's public address:");
                foreach (var name in kind.Setup.Events)
                    Terminal.Line($"  {name}");
            });
    }

    /// <summary>The account is saved with its keys; connecting again tells the same key and makes no other.</summary>
    private static string TellAgain(ProviderAccount account) =>
        "The account is saved. Tell the provider its key with: "
        + $"quittance provider connect {account.Provider} --url {account.Address} --merchant {account.Merchant.Value}";
}
