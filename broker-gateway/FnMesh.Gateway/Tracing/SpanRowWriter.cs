using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Tracing;

/// <summary>Makes a row of an ended span, with one prepared statement for all.</summary>
internal sealed class SpanRowWriter : IDisposable
{
    private static readonly string[] Columns =
        ["trace", "span", "parent", "mesh_parent", "kind", "name", "start", "ended", "status", "verdict", "attributes"];

    private readonly SqliteCommand _insert;
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly Utf8JsonWriter _writer;

    public SpanRowWriter(SqliteConnection connection)
    {
        _writer = new Utf8JsonWriter(_json);
        _insert = connection.CreateCommand();
        _insert.CommandText = $"INSERT INTO spans ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(column => "$" + column))})";
        foreach (var column in Columns) _insert.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
    }

    public void Write(Activity span, SqliteTransaction transaction)
    {
        var trace = new byte[16];
        span.TraceId.CopyTo(trace);
        var (kind, status, verdict, meshParent) = WriteAttributes(span);

        _insert.Transaction = transaction;
        var values = _insert.Parameters;
        values[0].Value = trace;
        values[1].Value = BytesOf(span.SpanId);
        values[2].Value = span.ParentSpanId == default ? DBNull.Value : BytesOf(span.ParentSpanId);
        values[3].Value = meshParent is null ? DBNull.Value : Convert.FromHexString(meshParent);
        values[4].Value = kind ?? "";
        values[5].Value = span.DisplayName;
        values[6].Value = span.StartTimeUtc.Ticks;
        values[7].Value = (span.StartTimeUtc + span.Duration).Ticks;
        values[8].Value = status ?? (object)DBNull.Value;
        values[9].Value = verdict ?? (object)DBNull.Value;
        values[10].Value = Encoding.UTF8.GetString(_json.WrittenSpan);
        _insert.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _writer.Dispose();
    }

    private (string? Kind, int? Status, string? Verdict, string? MeshParent) WriteAttributes(Activity span)
    {
        string? kind = null, verdict = null, meshParent = null;
        int? status = null;
        _json.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            switch (tag.Key)
            {
                case SpanNames.Kind: kind = tag.Value as string; break;
                case SpanNames.Verdict: verdict = tag.Value as string; break;
                case SpanNames.MeshParent: meshParent = tag.Value as string; break;
                case SpanNames.Status: status = tag.Value as int?; break;
            }

            if (tag.Value is int number) _writer.WriteNumber(tag.Key, number);
            else if (tag.Value is string text) _writer.WriteString(tag.Key, text);
        }

        _writer.WriteEndObject();
        _writer.Flush();
        return (kind, status, verdict, meshParent);
    }

    private static byte[] BytesOf(ActivitySpanId id)
    {
        var bytes = new byte[8];
        id.CopyTo(bytes);
        return bytes;
    }
}
