using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>Work that takes a while shows how far it is, on standard error.</summary>
internal static class LongWork
{
    /// <summary>Works with a bar that shows which part is done.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">Does it, and reports from 0 to 1.</param>
    public static Task<T> WithBarAsync<T>(string title, Func<IProgress<double>, Task<T>> work) =>
        Terminal.Error.Progress().HideCompleted(true).StartAsync(bars => work(new Bar(bars.AddTask(Markup.Escape(title), maxValue: 1))));

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
