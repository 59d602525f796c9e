using System.Text;
using System.Text.Json;
using Quittance.Core;

namespace Quittance.Dialects.Http;

/// <summary>Writes members as JSON.</summary>
internal sealed class JsonDocumentWriter(Utf8JsonWriter json) : DocumentWriter
{
    public override void Text(string name, string value) => json.WriteString(name, value);

    public override void Flag(string name, bool value) => json.WriteBoolean(name, value);

    public override void Integer(string name, long value) => json.WriteNumber(name, value);

    public override void Amount(string name, Money amount) => json.WriteAmount(Encoding.UTF8.GetBytes(name), amount);

    public override void Object(string name, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }

    public override void List<T>(string name, string xmlName, string xmlItem, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
