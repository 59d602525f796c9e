using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>What commands that take a while have in common: a bar on standard error, and a document at the end.</summary>
internal static class LongWork
{
    private static readonly JsonSerializerOptions Document = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Works with a bar that shows which part is done.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">Does it, and reports from 0 to 1.</param>
    public static Task<T> WithBarAsync<T>(string title, Func<IProgress<double>, Task<T>> work) =>
        Terminal.Error.Progress().HideCompleted(true).StartAsync(bars => work(new Bar(bars.AddTask(Markup.Escape(title), maxValue: 1))));

    /// <summary>Prints the one document of a command on standard output.</summary>
    public static void PrintJson<T>(T document) => Console.Out.WriteLine(JsonSerializer.Serialize(document, Document));

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
