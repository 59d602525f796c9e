using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Quittance.Host.Cli;
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

    /// <summary>All commands, in the groups in which the help shows them.</summary>
    private static IReadOnlyList<(string Title, Command[] Commands)> Groups() =>
    [
        ("Run it",
        [
            ServeCommands.Demo(), ServeCommands.Serve(), MigrateCommand.Migrate(), BackupCommands.Backup(), BackupCommands.Restore(),
            BackupCommands.Drill(), EpochCommands.Epoch(), EpochCommands.Release(), VaultCommands.Vault(),
            CompletionCommand.Completion(),
        ]),
        ("Money",
        [
            TodayCommand.Today(), SearchCommand.Search(), AccountCommands.Account(), ContactCommands.Contact(), ChargeCommands.Charge(),
            PaymentCommands.Payment(),
            LinkCommands.PaymentLinks(), RefundCommands.Refund(), ApprovalCommands.Approval(), SettlementCommands.Settlement(),
            CollectCommands.Collect(), MandateCommands.Mandate(), DunningCommands.Dunning(), RetryCommands.Retry(),
            MailCommands.Mail(), AttemptCommands.Attempt(),
        ]),
        ("Books",
        [
            VerifyCommand.Verify(), BalanceCommands.Balance(), PeriodCommands.Period(), ExportCommands.Export(),
            ReconcileCommand.Reconcile(), SealCommands.Seal(),
        ]),
        ("Merchants and access",
        [
            MerchantCommands.Merchant(), PersonCommands.Person(), CredentialCommands.Credential(), ClientCommands.Client(),
            MerchantCommands.Origin(), ProviderCommands.Provider(), WebhookCommands.Webhook(),
        ]),
    ];

    public static RootCommand Commands()
    {
        var groups = Groups();
        RootCommand root = new(WhatItIs);
        foreach (var command in groups.SelectMany(group => group.Commands))
            root.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp((HelpAction)help.Action!, groups);
        return root;
    }

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
        var path = string.Join(' ', PathOf(typed.CommandResult).Prepend("quittance"));
        if (typed.UnmatchedTokens is [var word, ..])
        {
            var near = WrongWord.NearestTo(word, command);
            await settings.Error.WriteLineAsync(
                $"✗ {path} knows no “{word}”.{(near is null ? "" : $" Did you mean {near}?")} See: {path} --help");
            return UnreadExit;
        }

        // A group of commands by itself shows its commands.
        wrong.ShowHelp = command.Subcommands.Count > 0;
        await typed.InvokeAsync(settings, cancel);
        if (!wrong.ShowHelp)
            await settings.Error.WriteLineAsync($"See: {path} --help");
        return UnreadExit;
    }

    private static IEnumerable<string> PathOf(CommandResult result) => result.Parent is CommandResult above
        ? PathOf(above).Append(result.Command.Name) : [];
}
