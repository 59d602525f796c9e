using Microsoft.Extensions.Logging;
using Quittance.Core.Debits;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;

namespace Quittance.Providers.Bank;

/// <summary>
/// The merchant's own bank. Its account has settings (<see cref="BankAccount"/>) in place of a key, and files in place of notices.
/// </summary>
public sealed class BankKind : IProviderKind
{
    public string Name => BankProvider.Files.Name;

    public ProviderSetup Setup { get; } = new(MakesKeys: false, BankAccount.Address, Events: []);

    public IProvider Open(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILoggerFactory logs) => BankProvider.Files;

    public NoticeBatch ReadNotices(PostedNotice posted) => NoticeBatch.Refused("The bank sends no notices.");

    public Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel) =>
        Task.FromResult<string?>("The bank has no key. Say the account with: quittance collect account.");
}
