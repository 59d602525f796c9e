using System.Security.Cryptography;
using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;

namespace Quittance.Bench.Servers;

/// <summary>The sandbox as a program of its own: its use of the machine is counted apart from the server's.</summary>
internal static class SandboxProcess
{
    public static Task<ServerProcess> StartAsync(BenchDatabase database, CancellationToken cancel)
    {
        Screen.Progress.Report("Starting the sandbox");
        var address = LocalPort.Free();
        return ServerProcess.StartAsync(
            "Quittance.Sandbox", address, "The sandbox is ready",
            ["--port", $"{address.Port}", "--data", Path.Combine(database.Folder!, "sandbox")], cancel);
    }

    /// <summary>Gives a merchant an account at the sandbox, and tells both of it.</summary>
    public static async Task<ProviderAccount> ConnectAsync(
        BenchDatabase database, IVault vault, MerchantId merchant, Uri sandbox, CancellationToken cancel)
    {
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, sandbox, RandomNumberGenerator.GetHexString(32, lowercase: true),
            [SigningKey.New()]);
        await new ProviderAccounts(database.Source, vault, TimeProvider.System).SaveAsync(account, cancel);
        return await new SandboxKind().PrepareAsync(account, cancel) is { } problem
            ? throw new InvalidOperationException(problem) : account;
    }
}
