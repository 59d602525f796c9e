using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Quittance.Host.Commands;
using Quittance.Host.Commands.Business;
using Quittance.Host.Commands.Operations;

namespace Quittance.Host;

/// <summary>The program: all its commands.</summary>
internal static class Program
{
    private const int UnreadExit = 2;

    private const string WhatItIs = """
        Quittance: a payments and receivables server that speaks the APIs your clients already speak.

          quittance demo                                        try it: sample data, ready in seconds
          quittance merchant create "Northwind" --data books    keep books of your own …
          quittance serve --embedded --data books               … and serve them
          quittance verify --data books                         prove them
        """;

    public static RootCommand Commands() => new(WhatItIs)
    {
        ServeCommands.Demo(),
        ServeCommands.Serve(),
        MigrateCommand.Migrate(),
        VerifyCommand.Verify(),
        SealCommands.Seal(),
        BackupCommands.Backup(),
        BackupCommands.Restore(),
        BackupCommands.Drill(),
        EpochCommands.Epoch(),
        EpochCommands.Release(),
        ReconcileCommand.Reconcile(),
        ExportCommands.Export(),
        BalanceCommands.Balance(),
        PeriodCommands.Period(),
        MerchantCommands.Merchant(),
        CredentialCommands.Credential(),
        MerchantCommands.Origin(),
        ClientCommands.Client(),
        PersonCommands.Person(),
        AccountCommands.Account(),
        ChargeCommands.Charge(),
        AttemptCommands.Attempt(),
        PaymentCommands.Payment(),
        LinkCommands.PaymentLinks(),
        ApprovalCommands.Approval(),
        DunningCommands.Dunning(),
        RetryCommands.Retry(),
        ProviderCommands.Provider(),
        RefundCommands.Refund(),
        TodayCommand.Today(),
        SearchCommand.Search(),
        CollectCommands.Collect(),
        MandateCommands.Mandate(),
        SettlementCommands.Settlement(),
        WebhookCommands.Webhook(),
        VaultCommands.Vault(),
        CompletionCommand.Completion(),
    };

    // The server drains before it ends, and a command that started PostgreSQL stops it: both get the time to do so.
    private static Task<int> Main(string[] args) => InvokeAsync(
        Commands().Parse(args), new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(12) }, CancellationToken.None);

    /// <summary>Does what was typed. What can't be read is told in a line each, and not under the help of the whole command.</summary>
    /// <returns>0 where it is done, 1 where it is refused, and 2 where it can't be read.</returns>
    public static async Task<int> InvokeAsync(ParseResult typed, InvocationConfiguration settings, CancellationToken cancel)
    {
        if (typed.Action is not ParseErrorAction wrong)
            return await typed.InvokeAsync(settings, cancel);
        var command = typed.CommandResult.Command;
        // A group of commands by itself shows its commands.
        wrong.ShowHelp = typed.UnmatchedTokens.Count == 0 && command.Subcommands.Count > 0;
        await typed.InvokeAsync(settings, cancel);
        if (!wrong.ShowHelp)
            await settings.Error.WriteLineAsync($"See: {string.Join(' ', PathOf(typed.CommandResult).Prepend("quittance"))} --help");
        return UnreadExit;
    }

    private static IEnumerable<string> PathOf(CommandResult result) => result.Parent is CommandResult above
        ? PathOf(above).Append(result.Command.Name) : [];
}
