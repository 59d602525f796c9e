using System.CommandLine;
using Quittance.Host.Cli;

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

    /// <summary>What can be typed.</summary>
    public static RootCommand Commands() => new(WhatItIs)
    {
        ServeCommand.Demo(),
        ServeCommand.Serve(),
        MigrateCommand.Create(),
        VerifyCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        DrillCommand.Create(),
        ExportCommand.Create(),
        MerchantCommand.Create(),
        CredentialCommand.Create(),
        OriginCommand.Create(),
        ClientCommand.Create(),
        PersonCommand.Create(),
        AccountCommand.Create(),
        ChargeCommand.Create(),
        AttemptCommand.Create(),
        PaymentCommand.Create(),
        ProviderCommand.Create(),
        RefundCommand.Create(),
        SettlementCommand.Create(),
        WebhookCommand.Create(),
        VaultCommand.Create(),
    };

    // The server drains before it ends, and a command that started PostgreSQL stops it: nobody pulls the plug on them.
    private static Task<int> Main(string[] args) =>
        Commands().Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(12) });
}
