using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Console.Access;
using Quittance.Console.Languages;
using Quittance.Console.Pages.Audit;
using Quittance.Console.Pages.Customers;
using Quittance.Console.Pages.Debits;
using Quittance.Console.Pages.Ledger;
using Quittance.Console.Pages.Letters;
using Quittance.Console.Pages.Mails;
using Quittance.Console.Pages.Payments;
using Quittance.Console.Pages.Profile;
using Quittance.Console.Pages.Reports;
using Quittance.Console.Pages.Settlements;
using Quittance.Console.Pages.Today;
using Quittance.Core.Access;
using Quittance.Storage;
using Quittance.Storage.Console;
using Quittance.Storage.Debits;
using Quittance.Storage.Exporting;
using Quittance.Storage.Moments;
using Quittance.Storage.Providers;
using Quittance.Storage.Reports;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Console;

/// <summary>Puts the console into a server.</summary>
public static class ConsoleRoutes
{
    /// <summary>The path of the console.</summary>
    public const string Root = "/console";

    /// <summary>The address of a link to a new password. The logs and spans hold no queries.</summary>
    public static string ResetAddress(string token) => $"{Root}/reset?token={Uri.EscapeDataString(token)}";

    /// <summary>Adds the services of its pages.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services, ConsoleSettings settings)
    {
        services.AddRazorComponents();
        services.AddSingleton<Approvals>().AddSingleton<ApprovalLimits>();
        services.AddSingleton<Collections>().AddSingleton<CollectionDesk>().AddSingleton<StatusDesk>().AddSingleton<LostTime>();
        services.AddSingleton<ConnectedProviders>();
        services.AddSingleton<ChargeStories>();
        services.AddSingleton<CustomerReading>();
        services.AddSingleton<TodayReading>();
        services.AddSingleton<Erasing>();
        services.AddSingleton<ExplanationReading>();
        services.AddSingleton<IssuedCredentials>();
        services.AddSingleton<LastReturns>();
        services.AddSingleton<LedgerChanges>();
        services.AddSingleton<LedgerReading>();
        services.AddSingleton<PasskeyDesk>();
        services.AddSingleton<PaymentLists>();
        services.AddSingleton<PaymentStories>();
        services.AddSingleton<PayOuts>();
        services.AddSingleton<Receivables>();
        services.AddSingleton<ReportReading>();
        services.AddSingleton<StatementReading>();
        services.AddSingleton<Statements>();
        services.AddSingleton<Evidence>();
        services.AddSingleton<LineMatching>();
        services.AddSingleton<MomentReading>();
        services.AddSingleton<Periods>().AddSingleton<Journal>();
        services.AddSingleton<CapturedMoney>();
        services.AddSingleton<ProposedCharges>();
        services.AddSingleton<WebhookReading>();
        services.AddSingleton<OperatorViews>();
        services.AddSingleton<FirstStepsReading>().AddSingleton<MerchantWorlds>();
        services.AddSingleton<TransferReading>();
        services.AddSingleton<TrialBalances>();
        services.AddSingleton<Verifications>();
        if (settings.SingleSignOn is { } provider)
            services.AddSingleton(provider).AddSingleton<SingleSignOn>();
        services.AddSingleton(all => new ConsoleSessions(
            all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>(), settings.Idle));
        return services.AddSingleton(settings).AddSingleton<OperatorActions>().AddScoped<CurrentOperator>();
    }

    /// <summary>Shows a page in place of a bare status. Belongs around everything else.</summary>
    public static void UseConsoleFaults(this IApplicationBuilder app) =>
        app.UseWhen(IsConsole, console => console.Use(LanguageCookie.ReadAsync).UseMiddleware<ConsoleFaults>());

    /// <summary>Stands before the pages. Belongs after routing.</summary>
    public static void UseConsoleGate(this IApplicationBuilder app) =>
        app.UseWhen(IsConsole, console => console.UseMiddleware<ConsoleGate>());

    /// <summary>Maps the pages.</summary>
    // The gate checks the origin of forms: there are no tokens that could be missing.
    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapRazorComponents<ConsoleApp>().DisableAntiforgery();
        LanguageCookie.Map(routes);
        routes.MapGet(AuditExport.Csv, AuditExport.WriteAsync);
        routes.MapGet(AuditExport.Xlsx, AuditExport.WriteAsync);
        routes.MapGet(MailsFile.Csv, MailsFile.AnswerAsync);
        routes.MapGet(MailsFile.Xlsx, MailsFile.AnswerAsync);
        routes.MapGet(LinesFile.Csv, LinesFile.AnswerAsync);
        routes.MapGet(LinesFile.Xlsx, LinesFile.AnswerAsync);
        routes.MapGet(DebitsFile.Csv, DebitsFile.AnswerAsync);
        routes.MapGet(DebitsFile.Xlsx, DebitsFile.AnswerAsync);
        CollectionFile.Map(routes);
        routes.MapGet(PaymentsFile.Csv, PaymentsFile.AnswerAsync);
        routes.MapGet(PaymentsFile.Xlsx, PaymentsFile.AnswerAsync);
        routes.MapGet(CustomersFile.Csv, CustomersFile.AnswerAsync);
        routes.MapGet(CustomersFile.Xlsx, CustomersFile.AnswerAsync);
        routes.MapGet(ContactsFile.Csv, ContactsFile.AnswerAsync).WithMetadata(new NeedsAttribute(OperatorRole.Operator));
        routes.MapGet(ReceivablesFile.Csv, ReceivablesFile.AnswerAsync);
        routes.MapGet(ReceivablesFile.Xlsx, ReceivablesFile.AnswerAsync);
        routes.MapGet(ReportFile.Csv, ReportFile.AnswerAsync);
        routes.MapGet(ReportFile.Xlsx, ReportFile.AnswerAsync);
        routes.MapGet(ReceiptPaper.Path, ReceiptPaper.AnswerAsync).WithMetadata(new DrawnAttribute());
        LetterPaper.Map(routes);
        MandatePaper.Map(routes);
        routes.MapGet(LogoPicture.Path, LogoPicture.AnswerAsync);
        routes.MapGet(StatementCsv.Path, StatementCsv.AnswerAsync);
        routes.MapGet(StatementPaper.Path, StatementPaper.AnswerAsync).WithMetadata(new DrawnAttribute());
        routes.MapGet(TrialBalanceFile.Csv, TrialBalanceFile.AnswerAsync);
        routes.MapGet(TrialBalanceFile.Xlsx, TrialBalanceFile.AnswerAsync);
        routes.MapGet(JournalExport.Path, JournalExport.WriteAsync);
        if (routes.ServiceProvider.GetService<SingleSignOn>() is not null)
            SingleSignOnRoutes.Map(routes);
    }

    private static bool IsConsole(HttpContext http) => http.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);
}
