using System.CommandLine;
using Quittance.Host.Cli;

var quittance = new RootCommand("Quittance: a payments and receivables server that speaks the APIs your clients already speak.")
{
    ServeCommand.Demo(),
    ServeCommand.Serve(),
    MigrateCommand.Create(),
    VerifyCommand.Create(),
    MerchantCommand.Create(),
    CredentialCommand.Create(),
    AccountCommand.Create(),
    ChargeCommand.Create(),
};

// The server drains before it ends, and a command that started PostgreSQL stops it: nobody pulls the plug on them.
return await quittance.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(12) });
