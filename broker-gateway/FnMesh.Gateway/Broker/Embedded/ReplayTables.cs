using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Replays and the dead letters that leave, as the writer changes them.</summary>
internal sealed class ReplayTables(SqliteConnection connection) : IDisposable
{
    /// <summary>Replays that ended and are remembered.</summary>
    private const int Remembered = 100;

    private readonly Statement _insert = new(connection, "INSERT INTO replays (place, events, started, ended, reason, wish) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING number");
    private readonly Statement _update = new(connection, "UPDATE replays SET place = ?2, events = ?3, ended = ?4, reason = ?5 WHERE number = ?1");
    private readonly Statement _forget = new(connection, "DELETE FROM replays WHERE ended IS NOT NULL AND number <= ?1");
    private readonly Statement _deleteLetter = new(connection, "DELETE FROM deadletters WHERE id = ?1 RETURNING id");

    /// <returns>Its number.</returns>
    public long Save(Replay replay)
    {
        if (replay.Number != 0)
        {
            _update.Bind(1, replay.Number).Bind(2, replay.Place).Bind(3, replay.Events).Bind(4, replay.Ended?.UtcTicks).Bind(5, replay.End).Run();
            return replay.Number;
        }

        var number = _insert.Bind(1, replay.Place).Bind(2, replay.Events).Bind(3, replay.Started.UtcTicks).Bind(4, replay.Ended?.UtcTicks).Bind(5, replay.End)
            .Bind(6, ReplayJson.Write(replay.Wish)).First()!.Value;
        _forget.Bind(1, number - Remembered).Run();
        return number;
    }

    /// <returns>False when there is no such letter.</returns>
    public bool Remove(long letter) => _deleteLetter.Bind(1, letter).First() is not null;

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_insert, _update, _forget, _deleteLetter]) statement.Dispose();
    }
}
