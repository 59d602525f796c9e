using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A span of time, open where an end is missing.</summary>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end.</param>
public sealed record TmfPeriod(DateTimeOffset? Start, DateTimeOffset? End) : ITmfValue
{
    public void Write(TmfWriter writer)
    {
        writer.Moment("startDateTime", Start);
        writer.Moment("endDateTime", End);
    }

    internal static TmfPeriod? Read(JsonFields parent, string name, TmfRules rules)
    {
        if (parent.Object(name) is not { } fields)
            return null;
        var period = new TmfPeriod(fields.DateTime("startDateTime"), fields.DateTime("endDateTime"));
        rules.Close(fields);
        return period;
    }
}
