using Quittance.Core;

namespace Quittance.Storage.Rows;

/// <summary>The faults of a refused record as they are kept: <c>exceeds_due:0 order_unknown:2</c>.</summary>
internal static class FaultText
{
    public static string Write(IReadOnlyList<Fault> faults) =>
        faults.Count == 0 ? "" : string.Join(' ', faults.Select(fault => $"{Words.Of(fault.Refusal)}:{fault.Part}"));

    public static IReadOnlyList<Fault> Read(string text) => text.Length == 0 ? [] :
    [
        .. text.Split(' ').Select(word => word.Split(':')).Select(word => new Fault(Words.To<Refusal>(word[0]), int.Parse(word[1]))),
    ];
}
