// Reads files of banks that others made, and prints file by file what was understood:
//
//   dotnet run bank-files.cs <folder or file>...
//
// Ends with 1 where not one was understood.
#:project ../../src/BackOffice/BackOffice.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;

var files = args.SelectMany(path => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.xml", SearchOption.AllDirectories) : [path])
    .Order(StringComparer.Ordinal).ToList();
if (files.Count == 0)
{
    Console.Error.WriteLine("Usage: dotnet run bank-files.cs <folder or file>...");
    return 2;
}

var (read, refused) = (0, 0);
foreach (var path in files)
{
    var text = await File.ReadAllTextAsync(path);
    var isStatus = text.Contains("CstmrPmtStsRpt", StringComparison.Ordinal);
    if (!isStatus && !text.Contains("BkToCstmr", StringComparison.Ordinal))
        continue;
    Console.WriteLine(path);
    await using var file = File.OpenRead(path);
    var faults = isStatus ? await ShowReportAsync(file) : await ShowStatementsAsync(file);
    foreach (var fault in faults)
        Console.WriteLine($"  refused: {fault}");
    (read, refused) = faults.Count == 0 ? (read + 1, refused) : (read, refused + 1);
}

Console.WriteLine($"{read} read, {refused} refused");
return read > 0 ? 0 : 1;

static async Task<IReadOnlyList<FileFault>> ShowReportAsync(Stream file)
{
    var found = await PainStatusReader.ReadAsync(file, null, CancellationToken.None);
    ShowRemarks(found.Remarks);
    if (found.Report is not { } report)
        return found.Faults;
    Console.WriteLine($"  report {report.MessageId} about {report.OriginalMessageId}: {Said(report.Status, report.Reasons)}");
    foreach (var group in report.Groups)
    {
        Console.WriteLine($"    group {group.Id}: {Said(group.Status, group.Reasons)}");
        foreach (var debit in group.Debits)
        {
            Console.WriteLine(
                $"      {debit.EndToEndId} {debit.AmountMinor} {debit.MandateReference}: {Said(debit.Status, debit.Reasons)}");
        }
    }

    return [];
}

static string Said(FileStatus? status, IReadOnlyList<StatusReason> reasons) =>
    $"{status?.ToString() ?? "no status"}{string.Concat(reasons.Select(reason => $" [{Reason(reason.Code)} {reason.Text}]"))}";

static string Reason(string? code) =>
    $"{code}{(code is null ? "" : ReturnReasons.Find(code) is { } known ? $" {known.Reason}" : " unknown")}";

static async Task<IReadOnlyList<FileFault>> ShowStatementsAsync(Stream file)
{
    var found = await StatementFile.ReadAsync(file, new ReadingOptions(), CancellationToken.None);
    ShowRemarks(found.Remarks);
    foreach (var statement in found.Statements)
    {
        Console.WriteLine(
            $"  {(statement.IsNotification ? "notification" : "statement")} {statement.Reference} of {statement.Account}: "
            + $"{statement.Lines.Count} lines, {statement.OpeningMinor} to {statement.ClosingMinor} {statement.Currency.Code}");
        foreach (var line in statement.Lines)
        {
            Console.WriteLine($"    {line.BookedOn:yyyy-MM-dd} {line.AmountMinor} {line.Counterparty}");
            if (line.Debit is { } debit)
            {
                Console.WriteLine(
                    $"      end-to-end {debit.EndToEndId}, group {debit.GroupId} ({debit.Count}), mandate {debit.MandateReference}, "
                    + $"return {debit.IsReturn} {Reason(debit.ReturnReason)}, charges {debit.ChargesMinor}");
            }
        }
    }

    if (found.Skipped > 0)
        Console.WriteLine($"  {found.Skipped} skipped");
    return found.Faults;
}

static void ShowRemarks(IReadOnlyList<FileFault> remarks)
{
    foreach (var remark in remarks)
        Console.WriteLine($"  remark: {remark}");
}
