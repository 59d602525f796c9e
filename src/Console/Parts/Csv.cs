using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.BackOffice.Exports;

namespace Quittance.Console.Parts;

/// <summary>An answer that is a file for spreadsheets, sent while it is written, so that a long one takes no memory.</summary>
internal interface ISheetAnswer : IAsyncDisposable
{
    /// <summary>Writes a line.</summary>
    Task WriteAsync(params IEnumerable<CsvCell> cells);

    /// <summary>Writes a line for each item of a list, which it reads piece by piece.</summary>
    /// <param name="readAsync">Reads so many items behind one; the first ones behind none.</param>
    async Task WriteAllAsync<T>(Func<T?, int, Task<IReadOnlyList<T>>> readAsync, Func<T, IEnumerable<CsvCell>> cells)
        where T : class
    {
        const int Piece = 1000;
        IReadOnlyList<T> some;
        T? last = null;
        do
        {
            some = await readAsync(last, Piece);
            foreach (var item in some)
                await WriteAsync(cells(item));
            last = some is [.., var end] ? end : last;
        }
        while (some.Count == Piece);
    }

    /// <summary>Begins the answer: a workbook where the address of the request ends so, and CSV elsewhere.</summary>
    /// <inheritdoc cref="CsvAnswer.BeginAsync"/>
    static async Task<ISheetAnswer> BeginAsync(HttpContext http, string name, string head) =>
        http.Request.Path.Value!.EndsWith(WorkbookAnswer.Ending, StringComparison.OrdinalIgnoreCase)
            ? await WorkbookAnswer.BeginAsync(http, name, head) : await CsvAnswer.BeginAsync(http, name, head);
}

/// <summary>A workbook as an answer.</summary>
internal sealed class WorkbookAnswer : ISheetAnswer
{
    /// <summary>How its address ends.</summary>
    public const string Ending = ".xlsx";

    private readonly Workbook _book;

    private WorkbookAnswer(Workbook book) => _book = book;

    /// <inheritdoc cref="CsvAnswer.BeginAsync"/>
    public static async Task<WorkbookAnswer> BeginAsync(HttpContext http, string name, string head)
    {
        http.Response.ContentType = Workbook.ContentType;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}{Ending}\"";
        return new WorkbookAnswer(await Workbook.BeginAsync(http.Response.Body, head.Split(','), http.RequestAborted));
    }

    /// <inheritdoc/>
    public Task WriteAsync(params IEnumerable<CsvCell> cells) => _book.WriteAsync(cells);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _book.DisposeAsync();
}

/// <summary>A CSV file as an answer.</summary>
internal sealed class CsvAnswer : ISheetAnswer
{
    private readonly StreamWriter _text;

    // The mark tells spreadsheets that it is UTF-8.
    private CsvAnswer(HttpContext http) =>
        _text = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), bufferSize: 32 * 1024,
            leaveOpen: true)
        { NewLine = "\r\n" };

    /// <summary>Begins the answer.</summary>
    /// <param name="name">The name of the file, without its ending.</param>
    /// <param name="head">The names of the columns.</param>
    public static async Task<CsvAnswer> BeginAsync(HttpContext http, string name, string head)
    {
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        var answer = new CsvAnswer(http);
        await answer._text.WriteLineAsync(head);
        return answer;
    }

    /// <summary>Writes a line.</summary>
    public Task WriteAsync(params IEnumerable<CsvCell> cells) => _text.WriteLineAsync(CsvCell.Line(cells));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _text.DisposeAsync();
}
