-- A session, its driver, two laps, a chunk of three samples, an event, a message, its result and a setting.
INSERT INTO circuits (id, name, country, length) VALUES ('baku', 'Bakı şəhər halqası', 'Azerbaijan', 6003.0);
INSERT INTO races (id, season, round, circuit_id, name, date) VALUES ('azerbaijan_2018', 2018, 4, 'baku', 'Azerbaijan Grand Prix', 1525003800000);
INSERT INTO drivers (id, name, nationality, number) VALUES ('RAI', 'Kimi Räikkönen', 'Finnish', 7);
INSERT INTO config (key, value, version, changed_by, changed_at) VALUES ('source', 'f1live', 2, 'operator', 1525003800000);
INSERT INTO config_history (key, value, version, changed_by, changed_at) VALUES ('source', 'archive', 1, 'operator', 1525003800000), ('source', 'f1live', 2, 'operator', 1525003800000);
INSERT INTO sessions (number, id, session_key, race_id, season, round, event, circuit_id, type, name, date_start, status, total_laps, simulated, source, log, log_offset, version, whole, changed)
VALUES (1, 'azerbaijan_2018_race', '9574', 'azerbaijan_2018', 2018, 4, 'Azerbaijan Grand Prix', 'baku', 'race', 'Race', 1525003800000, 'finalised', 51, 0, 'log', 'a', 9852, 7, 1, 1525003800000);
UPDATE versions SET last = 7;
INSERT INTO session_drivers (session, driver_number, tla, first_name, last_name, team, log_offset) VALUES (1, 44, 'HAM', 'Lewis', 'HAMILTON', 'Mercedes', 12);
INSERT INTO laps (session, driver_number, lap_number, date_start, lap_time_ms, compound, in_pit_at_start, is_personal_best, deleted, is_accurate, log_offset)
VALUES (1, 44, 1, 1525003800000, 104500, 'ULTRASOFT', 0, 0, 0, 1, 900), (1, 44, 2, NULL, NULL, NULL, 0, 0, 0, 0, 1900);
INSERT INTO telemetry (session, driver_number, bucket, part, samples, data, log_offset) VALUES (1, 44, 30500076, 0, 3, x'010103580439353734b0d8adae0b00b0d8adae0b80f0f0e401001b000180b7fa94e258e003e0030001d8040202010000101010010101c02314ed', 1900);
INSERT INTO race_control (session, message_id, time, message, log_offset) VALUES (1, 1, 1525003800000, 'CAR 44 (HAM) TIME 1:43.009 DELETED', 1000);
INSERT INTO events (session, n, event_id, time, kind, priority, driver_number, detail, status, known, version, log_offset)
VALUES (1, 0, 'e0', 1525003800000, 'stop', 'P1', 44, 'SOFT to HARD', 'confirmed', 1525003800000, 1, 1500);
INSERT INTO result_versions (session_key, version, season, round, type, known, status, source, rows, drivers)
VALUES ('9574', 1, 2018, 4, 'race', 1525003800000, 'final', 'f1db', '[{"SessionKey":"9574","DriverNumber":44,"Position":1,"Classified":true,"Status":"finished","Grid":2,"Points":25,"LapsCompleted":51,"Time":6224291000000,"Gap":null,"LapsDown":null}]', '[]');
INSERT INTO search_entries (session, kind, place, ref, title, detail, time, words) VALUES
    (NULL, 1, 0, 'RAI', 'Kimi Räikkönen', 'Finnish', NULL, 'kimi raikkonen rai 7'),
    (NULL, 2, 0, 'baku', 'Bakı şəhər halqası', 'Azerbaijan', NULL, 'baki səhər halqasi'),
    (1, 0, 0, 'azerbaijan_2018_race', '2018 Azerbaijan Grand Prix Race', 'baku', 1525003800000, '2018 azerbaijan grand prix race baku azerbaijan 2018 race race 9574'),
    (1, 1, 44, 'HAM', 'Lewis HAMILTON', 'Mercedes', NULL, 'lewis hamilton ham 44'),
    (1, 2, 0, 'baku', 'baku', '', NULL, 'baku baku'),
    (1, 3, 0, 'e0', 'stop', 'SOFT to HARD', 1525003800000, 'stop soft to hard'),
    (1, 4, 1, '1', 'CAR 44 (HAM) TIME 1:43.009 DELETED', '', 1525003800000, 'car 44 ham time 1 43 009 deleted');
INSERT INTO lap_telemetry (session, driver_number, lap_number, samples, speed_max_kmh, log_offset) SELECT number, 44, 2, 3, 301, 9852 FROM sessions WHERE session_key = '9574';
