namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>An object of a TMF resource, which can write its own attributes.</summary>
public interface ITmfValue
{
    /// <summary>Writes the attributes, within an object that is open.</summary>
    void Write(TmfWriter writer);
}
