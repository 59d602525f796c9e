using System.CommandLine;
using Quittance.Host.Commands;
using Quittance.Host.Commands.Business;
using Quittance.Host.Commands.Operations;

namespace Quittance.Host;

/// <summary>The program: all its commands.</summary>
internal static class Program
{
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
        CollectCommands.Collect(),
        MandateCommands.Mandate(),
        SettlementCommands.Settlement(),
        WebhookCommands.Webhook(),
        VaultCommands.Vault(),
    };

    // The server drains before it ends, and a command that started PostgreSQL stops it: both get the time to do so.
    private static Task<int> Main(string[] args) =>
        Commands().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(12) });
}
