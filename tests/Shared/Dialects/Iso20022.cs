using System.Xml;
using System.Xml.Schema;

namespace Quittance.Tests;

/// <summary>
/// The schemas of ISO 20022, which are no part of the project: a folder that QUITTANCE_ISO20022 names, or <c>../shared/iso20022</c>.
/// </summary>
internal static class Iso20022
{
    public static string Folder =>
        Environment.GetEnvironmentVariable("QUITTANCE_ISO20022") ?? Path.Combine(Root(), "..", "shared", "iso20022");

    /// <summary>Checks a message with its schema; of a message whose schema is not there nothing is checked.</summary>
    /// <param name="name">The message with its version, as <c>pain.008.001.08</c>.</param>
    public static void IsValid(string name, string message)
    {
        var schema = Path.Combine(Folder, $"{name}.xsd");
        if (!File.Exists(schema))
            return;
        List<string> faults = [];
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        using (var text = XmlReader.Create(schema))
            settings.Schemas.Add(null, text);
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, fault) => faults.Add($"{fault.Exception.LineNumber}: {fault.Message}");
        using var reader = XmlReader.Create(new StringReader(message), settings);
        while (reader.Read())
        {
        }

        Assert.Empty(faults);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Quittance.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the project's folder.");
    }
}
