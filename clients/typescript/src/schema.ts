// Generated from the description of the REST API by generate.mjs; do not edit: make generate

export interface paths {
    "/api/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Questions over seasons, with their parameters and columns */
        get: operations["list-questions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/circuit_records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Best lap of each year
         * @description The best lap of a circuit in each season that was not deleted, and whether no other season's was better. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-circuit-records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/corner_speeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Speeds in corners
         * @description How slow cars were in each corner of a lap, and where they braked and went on the throttle, in metres along the lap. Corners are numbered as they come: they are where the quickest of the circuit's laps is slower by 15 km/h than before and after. All laps of a circuit are scaled to the length of that one. A corner that was not slower for a car has no braking. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-corner-speeds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/degradation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wear of the tyres
         * @description By how many milliseconds a lap is slower for each lap of the tyres' age: the slope within stints on one compound of at least five laps that tell of pace, after fuel_ms for each lap of the race is taken out. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-degradation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/pace_by_compound": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pace by compound
         * @description How far laps on each compound were from the median lap of their race: negative is quicker. Laps that tell of pace. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-pace-by-compound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/pace_by_stint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pace by stint
         * @description Median and best lap time of every stint of races and sprints, of the laps that tell of pace. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-pace-by-stint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/pit_lane": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Time in the pit lane
         * @description What visits to the pit lane of a circuit took from entry to exit, by what the track was under. Visits above three minutes are repairs or red flags and left out. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-pit-lane"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/safety_cars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Safety cars
         * @description How many races at a circuit had a safety car, a virtual one or a red flag, how many safety cars there were (runs of laps with one) and which share of the laps was driven behind one. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-safety-cars"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/sector_dominance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who owns which sector
         * @description In how many sessions a driver had the best first, second and third sector, and how far behind the best he was in the median. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-sector-dominance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/starts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Starts
         * @description Places won from the grid to the end of the first lap, in races whose grid is known; negative is lost. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-starts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/straight_speeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Speeds on straights
         * @description How fast cars were between two corners of a lap, and where; corners are those of question corner_speeds, 0 is the line. Between two corners of which a car was not slower in the one in between there is one straight. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-straight-speeds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/teammates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Teammates head to head
         * @description For each pair of a team and season: how often each finished a race or sprint ahead of the other with both classified, how often each was quicker in qualifying, and by how much the second was slower over the laps that tell of pace, in the median of the sessions. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-teammates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/telemetry_by_driver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How cars were driven
         * @description Top speed, and shares of the lap at full throttle, on the brakes and with the flap open, in the median of the laps that tell of pace. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-telemetry-by-driver"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/telemetry_overlay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Telemetry by distance
         * @description The channels of laps at the same distances, one lap after the other. delta_ms is by how much a lap is behind the first one there; it ends with the difference of the lap times. The laps are of one circuit and scaled to the length of the first. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones. The answer is whole: next_cursor is null.
         */
        get: operations["ask-telemetry-overlay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/circuits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Circuits */
        get: operations["list-circuits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a private replay clock; it ends 10 minutes after its last viewer */
        post: operations["create-clock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clocks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a clock stands */
        get: operations["get-clock"];
        put?: never;
        post?: never;
        /** End a clock; its viewers are unsubscribed with code 2404 */
        delete: operations["delete-clock"];
        options?: never;
        head?: never;
        /** Seek, pause or set the speed */
        patch: operations["change-clock"];
        trace?: never;
    };
    "/api/v1/constructors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Teams of all seasons */
        get: operations["list-constructors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drivers of all seasons */
        get: operations["list-all-drivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions, drivers, circuits, events and messages of race control by words */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seasons/{season}/races": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Race weekends of a season */
        get: operations["list-races"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seasons/{season}/standings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The championships after a round
         * @description Counted from the newest classifications that are stored, with the season's rules: equal points are ordered by places. Points are as published where they are. At a clock that is behind, neither its session nor later ones count.
         */
        get: operations["get-standings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sessions that can be watched, then those that are stored only, newest first
         * @description The first page has all that can be watched. With a filter, only what fulfils it; of a session that is not stored only season, type and circuit are known. While the store does not answer, the first page has only those that can be watched.
         */
        get: operations["list-sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One session: what is known of it, and what there is of it */
        get: operations["get-session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The timing board at a moment */
        get: operations["get-board"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/circuit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The outline on which estimated car positions lie */
        get: operations["get-circuit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How evenly each car was driven
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-consistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/degradation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How each compound has worn
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-degradation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who drives
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-drivers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has happened, each event in its newest version
         * @description JSON has the sentences that people read; it takes at, at_lap, clock, kind, priority, driver_number (also as the other car), limit (5000 at the most) and cursor. The other formats are the table, with all filters. JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/events/{event}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What justifies an event: the rule, and the raw messages it cites */
        get: operations["get-event-why"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/gap_history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gaps at the end of every lap
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-gap-history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/ideal_laps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The best sectors of each car put together
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-ideal-laps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/intervals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of the gaps
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-intervals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/lap_telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Each lap's samples in a few figures
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-lap-telemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/laps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Laps with sectors, speeds, tyres and places
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-laps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Samples of the cars' places, some four a second
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-locations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/pit_loss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a stop costs under each condition
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-pit-loss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/pit_stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Visits to the pit lane
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-pit-stops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of place
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-positions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/race_control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages of race control
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-race-control"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/rejoin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where each car would have come out, lap by lap
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-rejoin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The classification
         * @description The newest version of the classification: as published where it is, else as timing has it. JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/results/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of a classification, the oldest first */
        get: operations["list-result-versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/stint_pace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pace of each stint, freed of fuel, tyre age and traffic
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-stint-pace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/stints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stints: sets of tyres and their laps
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-stints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/stop_losses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each stop cost
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-stop-losses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/strategy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where each car would come out, pit loss, pace and wear, pit windows, undercuts */
        get: operations["get-strategy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/team_radio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Published radio messages
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-team-radio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Samples of the car channels, some four a second
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-telemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/telemetry/laps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Telemetry of laps side by side
         * @description By distance all laps lie on one grid of metres, scaled to one length, so that they can be compared point by point, and delta_to says how far each was behind at every point. By time each lap has at most as many points as wanted, chosen so that the first channel keeps its shape (LTTB). By sample they are as they came. Distance is speed integrated over time.
         */
        get: operations["compare-laps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Laps and periods of the session */
        get: operations["get-timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/track_status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of the track's state
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-track-status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/undercuts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger of under- and overcuts
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-undercuts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}/weather": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Weather reports
         * @description JSON comes in pages: follow next_cursor. CSV, JSON lines and Parquet (by Accept) are the whole table as `pitwall export` writes it, or a page with limit, whose next one is in the Link header. Unknown is null or empty. With at, at_lap or clock the rows are those that were known then; a session whose log is gone answers 409 to that.
         */
        get: operations["list-weather"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AnswerCircuitRecordsPage: {
            data: components["schemas"]["AnswerCircuitRecordsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerCircuitRecordsRow: {
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /** @example true */
            is_record?: boolean | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 92608
             */
            lap_time_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
        };
        AnswerCornerSpeedsPage: {
            data: components["schemas"]["AnswerCornerSpeedsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerCornerSpeedsRow: {
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            apex_m?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            brake_m?: number | null;
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            corner?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            corner_m?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 92608
             */
            lap_time_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            slowest_kmh?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            throttle_m?: number | null;
            /** @example HAM */
            tla?: string | null;
        };
        AnswerDegradationPage: {
            data: components["schemas"]["AnswerDegradationRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerDegradationRow: {
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            ms_per_lap?: number | null;
            /**
             * Format: int64
             * @description Laps
             * @example 1
             */
            oldest_laps?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            seasons?: number | null;
        };
        AnswerPaceByCompoundPage: {
            data: components["schemas"]["AnswerPaceByCompoundRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerPaceByCompoundRow: {
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            to_field_ms?: number | null;
            /**
             * Format: double
             * @description Laps
             * @example 7
             */
            tyre_age_laps?: number | null;
        };
        AnswerPaceByStintPage: {
            data: components["schemas"]["AnswerPaceByStintRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerPaceByStintRow: {
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            best_ms?: number | null;
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /** @example x */
            event?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            median_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /**
             * Format: int64
             * @example 2
             */
            stint_number?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            tyre_age_from?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            tyre_age_to?: number | null;
        };
        AnswerPitLanePage: {
            data: components["schemas"]["AnswerPitLaneRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerPitLaneRow: {
            /** @example x */
            circuit_id?: string | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            high_ms?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            low_ms?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            median_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            seasons?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            stops?: number | null;
            /** @example green */
            under?: string | null;
        };
        AnswerSafetyCarsPage: {
            data: components["schemas"]["AnswerSafetyCarsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerSafetyCarsRow: {
            /** @example x */
            circuit_id?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            races?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races_red?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races_sc?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races_vsc?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            safety_cars?: number | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            sc_laps_pct?: number | null;
        };
        AnswerSectorDominancePage: {
            data: components["schemas"]["AnswerSectorDominanceRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerSectorDominanceRow: {
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            s1_behind_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            s1_bests?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            s2_behind_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            s2_bests?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            s3_behind_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            s3_bests?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            sessions?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
        };
        AnswerStartsPage: {
            data: components["schemas"]["AnswerStartsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerStartsRow: {
            /**
             * Format: int64
             * @example 1
             */
            best_gain?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            mean_gain?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            median_gain?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example HAM */
            tla?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            worst_gain?: number | null;
        };
        AnswerStraightSpeedsPage: {
            data: components["schemas"]["AnswerStraightSpeedsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerStraightSpeedsRow: {
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            fastest_kmh?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            fastest_m?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            from_corner?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            from_m?: number | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 92608
             */
            lap_time_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            to_corner?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            to_m?: number | null;
        };
        AnswerTeammatesPage: {
            data: components["schemas"]["AnswerTeammatesRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerTeammatesRow: {
            /** @example x */
            other_tla?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            qualifying_ahead?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            qualifying_behind?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races_ahead?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            races_behind?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            slower_ms?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
        };
        AnswerTelemetryByDriverPage: {
            data: components["schemas"]["AnswerTelemetryByDriverRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerTelemetryByDriverRow: {
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            braking_pct?: number | null;
            /** @example x */
            circuit_id?: string | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            drs_open_pct?: number | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            full_throttle_pct?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            gear_changes?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_max_kmh?: number | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            speed_max_median_kmh?: number | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            speed_min_median_kmh?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /** @example HAM */
            tla?: string | null;
        };
        AnswerTelemetryOverlayPage: {
            data: components["schemas"]["AnswerTelemetryOverlayRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        AnswerTelemetryOverlayRow: {
            /**
             * Format: int64
             * @example 1
             */
            brake?: number | null;
            /** @example x */
            circuit_id?: string | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            delta_ms?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            distance_m?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            drs?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            gear?: number | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 92608
             */
            lap_time_ms?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            rpm?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            season?: number | null;
            /** @example 9574 */
            session_key?: string | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            speed_kmh?: number | null;
            /** @example Mercedes */
            team?: string | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            throttle_pct?: number | null;
            /**
             * Format: double
             * @description Milliseconds
             * @example 1.5
             */
            time_ms?: number | null;
            /** @example HAM */
            tla?: string | null;
        };
        Board: {
            /** Format: int64 */
            advance: number | null;
            cars: {
                [key: string]: components["schemas"]["Car"];
            };
            clock: components["schemas"]["Clock"] | null;
            /** Format: int64 */
            lap: number | null;
            now: string | null;
            /** Format: int64 */
            part: number | null;
            quality: components["schemas"]["Quality"];
            race_control: {
                [key: string]: components["schemas"]["RCM"];
            };
            radio: {
                [key: string]: components["schemas"]["Radio"];
            };
            session: components["schemas"]["Session"];
            status: string | null;
            /** Format: int64 */
            total_laps: number | null;
            track: components["schemas"]["Track"];
            view: components["schemas"]["View"];
            weather: components["schemas"]["Weather"] | null;
        };
        Car: {
            best: components["schemas"]["Value"];
            /** Format: int64 */
            best_lap: number | null;
            best_lap_sectors_ms: number[];
            catching: boolean;
            chequered: boolean;
            colour: string | null;
            /** Format: int64 */
            driver_number: number;
            fl: components["schemas"]["Speed"];
            gap: components["schemas"]["Gap"];
            /** Format: int64 */
            grid: number | null;
            i1: components["schemas"]["Speed"];
            i2: components["schemas"]["Speed"];
            /** Format: int64 */
            ideal_ms: number | null;
            in_pit: boolean;
            interval: components["schemas"]["Gap"];
            knocked_out: boolean;
            /** Format: int64 */
            laps: number;
            last: components["schemas"]["Value"];
            /** Format: int64 */
            leader_ms: number | null;
            /** Format: int64 */
            line: number;
            name: string | null;
            no_time: boolean;
            part_best: components["schemas"]["Value"][];
            pit_out: boolean;
            /** Format: int64 */
            position: number | null;
            retired: boolean;
            sectors: components["schemas"]["Sector"][];
            st: components["schemas"]["Speed"];
            stints: components["schemas"]["Stint"][];
            stopped: boolean;
            /** Format: int64 */
            stops: number;
            team: string | null;
            tla: string | null;
        };
        Circuit: {
            circuit_id: string;
            /** Format: double */
            length_m: number;
            outline: components["schemas"]["CircuitPoint"][];
        };
        CircuitInfo: {
            country: string | null;
            id: string;
            /** Format: double */
            length_m: number | null;
            name: string | null;
        };
        CircuitPoint: {
            /** Format: double */
            lap_share: number;
            /** Format: double */
            x_m: number;
            /** Format: double */
            y_m: number;
        };
        Circuits: {
            circuits: components["schemas"]["CircuitInfo"][];
        };
        Cited: {
            /** Format: int64 */
            offset: number;
            payload: unknown;
            time: string | null;
            topic: string;
        };
        Clock: {
            at: string;
            /** Format: int64 */
            remaining_ms: number;
            running: boolean;
        };
        ClockState: {
            at: string | null;
            channel: string;
            end: string | null;
            id: string;
            /** Format: int64 */
            lap: number | null;
            paused: boolean;
            seekable: boolean;
            session_key: string;
            /** Format: double */
            speed: number;
            start: string | null;
        };
        ClockWish: {
            /**
             * Format: date-time
             * @description Session time to go to
             */
            at?: string | null;
            /**
             * Format: int64
             * @description Race lap to go to: when the leader began it
             */
            lap?: number | null;
            /** @description Whether the clock stands still */
            paused?: boolean | null;
            /**
             * Format: double
             * @description Session seconds a second
             */
            speed?: number | null;
            /**
             * Format: int64
             * @description Laps to step from the one being shown
             */
            step_laps?: number | null;
        };
        ComparedLap: {
            /** @description One value a point */
            brake?: (number | null)[];
            /** Format: date-time */
            date_start: string;
            /** @description Seconds behind the lap of delta_to, below 0 ahead of it */
            delta_s?: (number | null)[];
            /** @description Metres along the lap */
            distance_m: (number | null)[];
            /** Format: int64 */
            driver_number: number;
            /** @description One value a point */
            drs?: (number | null)[];
            /** @description One value a point */
            gear?: (number | null)[];
            /**
             * Format: int64
             * @description The longest time without a speed: above some seconds do not trust the distances
             */
            hole_ms: number;
            /** Format: int64 */
            lap_number: number;
            /** Format: int64 */
            lap_time_ms: number;
            /**
             * Format: double
             * @description As measured by speed; by distance all laps are scaled to one length
             */
            length_m: number;
            /** @description One value a point */
            rpm?: (number | null)[];
            /** @description Seconds since the lap's start */
            seconds_s: (number | null)[];
            session_key: string;
            /** @description One value a point */
            speed_kmh?: (number | null)[];
            /** @description One value a point */
            throttle_pct?: (number | null)[];
        };
        ComparedLaps: {
            /** @enum {string} */
            by: "distance" | "time" | "sample";
            laps: components["schemas"]["ComparedLap"][];
        };
        ConsistencyPage: {
            data: components["schemas"]["ConsistencyRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description How evenly each car was driven */
        ConsistencyRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            spread_ms?: number | null;
        };
        ConstructorInfo: {
            colour: string | null;
            id: string;
            name: string | null;
            nationality: string | null;
        };
        Constructors: {
            constructors: components["schemas"]["ConstructorInfo"][];
        };
        CountedRound: {
            /** Format: int64 */
            round: number | null;
            session_key: string;
            status: string;
            type: string;
        };
        DataGap: {
            from: string;
            to: string;
        };
        DegradationPage: {
            data: components["schemas"]["DegradationRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description How each compound has worn */
        DegradationRow: {
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: double
             * @description Seconds a lap
             * @example 1.5
             */
            fuel_s_per_lap?: number | null;
            /**
             * Format: double
             * @description Seconds
             * @example 1.5
             */
            fuel_spread_s?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: double
             * @description Seconds
             * @example 1.5
             */
            offset_s?: number | null;
            /**
             * Format: double
             * @description Seconds
             * @example 1.5
             */
            offset_spread_s?: number | null;
            /**
             * Format: int64
             * @description Laps
             * @example 1
             */
            oldest_laps?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: double
             * @description Seconds a lap
             * @example 1.5
             */
            wear_s_per_lap?: number | null;
            /**
             * Format: double
             * @description Seconds
             * @example 1.5
             */
            wear_spread_s?: number | null;
        };
        DriverInfo: {
            id: string;
            name: string | null;
            nationality: string | null;
            /** Format: int64 */
            number: number | null;
        };
        DriverList: {
            drivers: components["schemas"]["DriverInfo"][];
        };
        DriversPage: {
            data: components["schemas"]["DriversRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Who drives */
        DriversRow: {
            /** @example x */
            country?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /** @example x */
            first_name?: string | null;
            /** @example x */
            last_name?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            line?: number | null;
            /** @example 9574 */
            session_key?: string;
            /** @example Mercedes */
            team?: string | null;
            /** @example x */
            team_colour?: string | null;
            /** @example HAM */
            tla?: string | null;
        };
        ErrorDetail: {
            /** @description Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id' */
            location?: string;
            /** @description Error message text */
            message?: string;
            /** @description The value at the given location */
            value?: unknown;
        };
        ErrorModel: {
            /**
             * @description A human-readable explanation specific to this occurrence of the problem.
             * @example Property foo is required but is missing.
             */
            detail?: string;
            /** @description Optional list of individual error details */
            errors?: components["schemas"]["ErrorDetail"][];
            /**
             * Format: uri
             * @description A URI reference that identifies the specific occurrence of the problem.
             * @example https://example.com/error-log/abc123
             */
            instance?: string;
            /**
             * Format: int64
             * @description HTTP status code
             * @example 400
             */
            status?: number;
            /**
             * @description A short, human-readable summary of the problem type. This value should not change between occurrences of the error.
             * @example Bad Request
             */
            title?: string;
            /**
             * Format: uri
             * @description A URI reference to human-readable documentation for the error.
             * @default about:blank
             * @example https://example.com/errors/example
             */
            type: string;
        };
        Estimate: {
            /** Format: double */
            s: number;
            /** Format: double */
            spread_s: number;
        };
        Event: {
            /** Format: int64 */
            count_from: number | null;
            count_of: string | null;
            /** Format: int64 */
            count_to: number | null;
            detail: string | null;
            /** Format: int64 */
            driver_number: number | null;
            driver_numbers?: number[];
            event_id: string;
            evidence: number[];
            kind: string;
            known: string;
            /** Format: int64 */
            lap_number: number | null;
            /** Format: int64 */
            offset: number;
            /** Format: int64 */
            other_driver_number: number | null;
            /** Format: int64 */
            position_from: number | null;
            /** Format: int64 */
            position_to: number | null;
            priority: string;
            status: string;
            supersedes: string | null;
            text: string;
            time: string;
            title: string;
            /** Format: double */
            value: number | null;
            /** Format: int64 */
            version: number;
        };
        Events: {
            events: components["schemas"]["Event"][];
            next_cursor: string | null;
            /** Format: int64 */
            total: number;
        };
        EventsPage: {
            data: components["schemas"]["EventsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description What has happened */
        EventsRow: {
            /**
             * Format: int64
             * @example 1
             */
            count_from?: number | null;
            /** @example x */
            count_of?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            count_to?: number | null;
            /** @example x */
            detail?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /** @example x */
            driver_numbers?: string | null;
            /** @example e12 */
            event_id?: string;
            /** @example x */
            evidence?: string | null;
            /** @example undercut */
            kind?: string | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            known?: string | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            offset?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            other_driver_number?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position_from?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position_to?: number | null;
            /** @example x */
            priority?: string | null;
            /** @example 9574 */
            session_key?: string;
            /** @example clear */
            status?: string | null;
            /** @example x */
            supersedes?: string | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string | null;
            /**
             * Format: double
             * @example 1.5
             */
            value?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            version?: number | null;
        };
        Gap: {
            /** Format: int64 */
            laps: number | null;
            /** Format: int64 */
            ms: number | null;
        };
        GapHistoryPage: {
            data: components["schemas"]["GapHistoryRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Gaps at the end of every lap */
        GapHistoryRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_to_leader_ms?: number | null;
            /** @example true */
            in_traffic?: boolean | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            interval_ms?: number | null;
            /** @example true */
            is_clean?: boolean | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            position?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string | null;
        };
        Hit: {
            detail: string | null;
            id: string;
            kind: string;
            session_key: string | null;
            time: string | null;
            title: string;
        };
        Hits: {
            hits: components["schemas"]["Hit"][];
        };
        IdealLapsPage: {
            data: components["schemas"]["IdealLapsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description The best sectors of each car put together */
        IdealLapsRow: {
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            best_ms?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            ideal_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            part?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s1_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s2_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s3_ms?: number | null;
            /** @example 9574 */
            session_key?: string;
        };
        IntervalsPage: {
            data: components["schemas"]["IntervalsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Changes of the gaps */
        IntervalsRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_to_leader_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            interval_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps_down?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
        };
        LapsPage: {
            data: components["schemas"]["LapsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Laps with sectors, speeds, tyres and places */
        LapsRow: {
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            date_start?: string | null;
            /** @example true */
            deleted?: boolean | null;
            /** @example x */
            deleted_reason?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /** @example true */
            fresh_tyre?: boolean | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_to_leader_ms?: number | null;
            /** @example true */
            in_pit_at_start?: boolean | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            interval_ms?: number | null;
            /** @example true */
            is_accurate?: boolean | null;
            /** @example true */
            is_personal_best?: boolean | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 92608
             */
            lap_time_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps_down?: number | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            pit_in_time?: string | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            pit_out_time?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            position?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s1_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s2_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            s3_ms?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_fl_kmh?: number | null;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_i1_kmh?: number | null;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_i2_kmh?: number | null;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_st_kmh?: number | null;
            /**
             * Format: int64
             * @example 2
             */
            stint_number?: number | null;
            /** @example 1 */
            track_status?: string | null;
            /**
             * Format: int64
             * @description Laps
             * @example 7
             */
            tyre_age_laps?: number | null;
        };
        LapTelemetryPage: {
            data: components["schemas"]["LapTelemetryRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Each lap's samples in a few figures */
        LapTelemetryRow: {
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            braking_pct?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            drs_open_pct?: number | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            full_throttle_pct?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            gear_changes?: number | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            rpm_max?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            samples?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_max_kmh?: number | null;
            /**
             * Format: double
             * @description km/h
             * @example 1.5
             */
            speed_mean_kmh?: number | null;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_min_kmh?: number | null;
        };
        Link: {
            href: string;
            name: string;
        };
        LocationsPage: {
            data: components["schemas"]["LocationsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Samples of the cars' places, some four a second */
        LocationsRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /** @example true */
            on_track?: boolean | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            x_m?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            y_m?: number | null;
            /**
             * Format: double
             * @description Metres
             * @example 1.5
             */
            z_m?: number | null;
        };
        NewClock: {
            /**
             * Format: date-time
             * @description Session time to go to
             */
            at?: string | null;
            /**
             * Format: int64
             * @description Race lap to go to: when the leader began it
             */
            lap?: number | null;
            /** @description Whether the clock stands still */
            paused?: boolean | null;
            /** @description Session key, readable name or latest */
            session_key: string;
            /**
             * Format: double
             * @description Session seconds a second
             */
            speed?: number | null;
            /**
             * Format: int64
             * @description Laps to step from the one being shown
             */
            step_laps?: number | null;
        };
        PitLossPage: {
            data: components["schemas"]["PitLossRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description What a stop costs under each condition */
        PitLossRow: {
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            high_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            low_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            median_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            prior_stops?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @example 1
             */
            stops?: number | null;
            /** @example green */
            under?: string | null;
        };
        PitStopsPage: {
            data: components["schemas"]["PitStopsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Visits to the pit lane */
        PitStopsRow: {
            /** @example x */
            compound_from?: string | null;
            /** @example x */
            compound_to?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            pit_in_time?: string | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            pit_lane_ms?: number | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            pit_out_time?: string | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            stationary_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            stop_number?: number;
            /** @example green */
            under?: string | null;
        };
        PositionsPage: {
            data: components["schemas"]["PositionsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Changes of place */
        PositionsRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            position?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
        };
        Quality: {
            gaps: components["schemas"]["DataGap"][];
            live: boolean;
            missing: string[];
            notes?: string[];
            /** Format: int64 */
            skipped: number;
            source: string;
            topics: {
                [key: string]: components["schemas"]["TopicQuality"];
            };
            trouble: string;
        };
        Question: {
            columns: components["schemas"]["QuestionColumn"][];
            doc: string;
            name: string;
            parameters: components["schemas"]["QuestionArgument"][];
            title: string;
        };
        QuestionArgument: {
            /** @description Empty: it does not narrow the answer */
            default: string;
            doc: string;
            example: string;
            name: string;
            required: boolean;
            /** @enum {string} */
            type: "string" | "integer" | "number";
        };
        QuestionColumn: {
            name: string;
            /** @enum {string} */
            type: "string" | "integer" | "number" | "boolean";
        };
        Questions: {
            questions: components["schemas"]["Question"][];
        };
        Race: {
            circuit_id: string | null;
            date: string | null;
            id: string;
            name: string | null;
            /** Format: int64 */
            round: number;
            /** Format: int64 */
            season: number;
            sessions: string[];
        };
        RaceControlPage: {
            data: components["schemas"]["RaceControlRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Messages of race control */
        RaceControlRow: {
            /** @example Flag */
            category?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number | null;
            /** @example YELLOW */
            flag?: string | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number | null;
            /** @example x */
            message?: string | null;
            /**
             * Format: int64
             * @example 3
             */
            message_id?: number;
            /** @example Track */
            scope?: string | null;
            /**
             * Format: int64
             * @example 1
             */
            sector?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string | null;
        };
        Races: {
            races: components["schemas"]["Race"][];
            /** Format: int64 */
            season: number;
        };
        Radio: {
            /** Format: int64 */
            driver_number: number;
            path: string;
            time: string;
        };
        RCM: {
            category: string | null;
            /** Format: int64 */
            driver_number: number | null;
            flag: string | null;
            /** Format: int64 */
            lap_number: number | null;
            message: string;
            scope: string | null;
            /** Format: int64 */
            sector: number | null;
            time: string;
        };
        RejoinPage: {
            data: components["schemas"]["RejoinRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Where each car would have come out, lap by lap */
        RejoinRow: {
            /**
             * Format: int64
             * @example 1
             */
            actual_position?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            ahead_driver_number?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            behind_driver_number?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_ahead_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_behind_ms?: number | null;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            out_lap?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            pit_loss_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position_high?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position_low?: number | null;
            /** @example 9574 */
            session_key?: string;
            /** @example x */
            traffic?: string | null;
            /** @example green */
            under?: string | null;
        };
        ResultsPage: {
            data: components["schemas"]["ResultsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description The classification */
        ResultsRow: {
            /** @example true */
            classified?: boolean | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            grid?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps_completed?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            laps_down?: number | null;
            /**
             * Format: double
             * @example 1.5
             */
            points?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            position?: number | null;
            /** @example 9574 */
            session_key?: string;
            /** @example clear */
            status?: string | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            time_ms?: number | null;
        };
        ResultVersion: {
            known: string;
            source: string | null;
            status: string;
            /** Format: int64 */
            version: number;
        };
        ResultVersions: {
            session_key: string;
            versions: components["schemas"]["ResultVersion"][];
        };
        Sector: {
            mark: string;
            /** Format: int64 */
            ms: number | null;
            /** Format: int64 */
            previous_ms: number | null;
            segments: string;
        };
        Session: {
            circuit: string | null;
            circuit_id: string | null;
            country: string | null;
            end: string | null;
            event: string | null;
            key: string;
            name: string | null;
            official_name: string | null;
            simulated: boolean;
            slug: string | null;
            start: string | null;
            type: string | null;
            /** Format: int64 */
            utc_offset_s: number;
        };
        SessionDetail: {
            changed: string | null;
            circuit_id: string | null;
            date_end: string | null;
            date_start: string | null;
            event: string | null;
            id: string | null;
            live: boolean;
            name: string | null;
            /** Format: int64 */
            round: number | null;
            /** Format: int64 */
            season: number | null;
            session_key: string;
            source: string | null;
            status: string | null;
            stored: boolean;
            tables: components["schemas"]["Link"][];
            /** Format: int64 */
            total_laps: number | null;
            type: string | null;
            utc_offset: string | null;
            watchable: boolean;
            whole: boolean;
        };
        SessionEntry: {
            default: boolean;
            end: string | null;
            live: boolean;
            session: components["schemas"]["Session"];
            source: string;
            start: string | null;
            stored?: boolean;
        };
        Sessions: {
            next_cursor?: string;
            sessions: components["schemas"]["SessionEntry"][];
        };
        Speed: {
            /** Format: int64 */
            kmh: number | null;
            mark: string;
        };
        Standing: {
            id: string;
            name: string | null;
            places: number[];
            /** Format: double */
            points: number;
            /** Format: int64 */
            position: number;
            teams: string[];
        };
        Standings: {
            /** Format: int64 */
            after_round: number | null;
            constructors: components["schemas"]["Standing"][];
            drivers: components["schemas"]["Standing"][];
            /** Format: int64 */
            season: number;
            sessions: components["schemas"]["CountedRound"][];
        };
        Stint: {
            /** Format: int64 */
            age: number;
            compound: string | null;
            fresh: boolean | null;
            /** Format: int64 */
            laps: number;
        };
        StintPacePage: {
            data: components["schemas"]["StintPaceRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Pace of each stint, freed of fuel, tyre age and traffic */
        StintPaceRow: {
            /**
             * Format: int64
             * @description Laps
             * @example 1
             */
            clean_laps?: number | null;
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            corrected_ms?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            lap_end?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            lap_start?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            median_ms?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            spread_ms?: number | null;
            /**
             * Format: int64
             * @example 2
             */
            stint_number?: number;
            /**
             * Format: int64
             * @description Laps
             * @example 7
             */
            tyre_age_laps?: number | null;
            /**
             * Format: double
             * @description Seconds a lap
             * @example 1.5
             */
            wear_s_per_lap?: number | null;
            /**
             * Format: double
             * @description Seconds
             * @example 1.5
             */
            wear_spread_s?: number | null;
        };
        StintsPage: {
            data: components["schemas"]["StintsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Stints: sets of tyres and their laps */
        StintsRow: {
            /** @example MEDIUM */
            compound?: string | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /** @example true */
            fresh_tyre?: boolean | null;
            /**
             * Format: int64
             * @example 1
             */
            lap_end?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            lap_start?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @example 2
             */
            stint_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            tyre_age_at_start?: number | null;
        };
        StopLossesPage: {
            data: components["schemas"]["StopLossesRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description What each stop cost */
        StopLossesRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 12
             */
            lap_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            loss_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            pit_lane_ms?: number | null;
            /** @example 9574 */
            session_key?: string;
            /** @example green */
            under?: string | null;
        };
        Strategy: {
            cars: {
                [key: string]: components["schemas"]["StrategyCar"];
            };
            consistency: {
                [key: string]: components["schemas"]["StrategyEvenness"];
            };
            degradation: {
                [key: string]: components["schemas"]["StrategyWear"];
            };
            following: components["schemas"]["Estimate"] | null;
            fuel: components["schemas"]["Estimate"] | null;
            ideal: {
                [key: string]: components["schemas"]["StrategyIdeal"];
            };
            /** Format: int64 */
            lap: number | null;
            pit_loss: {
                [key: string]: components["schemas"]["StrategyPitLoss"];
            };
            session_key: string;
            /** Format: int64 */
            total_laps: number | null;
            undercuts: {
                [key: string]: components["schemas"]["StrategyUndercut"];
            };
        };
        StrategyCar: {
            /** Format: int64 */
            driver_number: number;
            /** Format: int64 */
            lap: number;
            owes_stop: boolean | null;
            rejoin: components["schemas"]["StrategyRejoin"] | null;
            running: boolean;
            stints: components["schemas"]["StrategyStint"][];
            threats: components["schemas"]["StrategyThreat"][];
            window: components["schemas"]["StrategyWindow"] | null;
        };
        StrategyEvenness: {
            /** Format: int64 */
            laps: number;
            /** Format: int64 */
            spread_ms: number;
        };
        StrategyIdeal: {
            /** Format: int64 */
            best_ms: number | null;
            /** Format: int64 */
            driver_number: number;
            /** Format: int64 */
            ideal_ms: number;
            /** Format: int64 */
            part: number | null;
            sectors_ms: number[];
        };
        StrategyPitLoss: {
            /** Format: int64 */
            high_ms: number;
            /** Format: int64 */
            low_ms: number;
            /** Format: int64 */
            median_ms: number;
            /** Format: int64 */
            prior_stops: number;
            /** Format: int64 */
            stops: number;
        };
        StrategyRejoin: {
            /** Format: int64 */
            ahead: number | null;
            /** Format: int64 */
            behind: number | null;
            /** Format: int64 */
            gap_ahead_ms: number | null;
            /** Format: int64 */
            gap_behind_ms: number | null;
            in_pit: boolean;
            /** Format: int64 */
            out_lap: number;
            /** Format: int64 */
            pit_loss_ms: number;
            /** Format: int64 */
            position: number;
            /** Format: int64 */
            position_high: number;
            /** Format: int64 */
            position_low: number;
            traffic: number[];
            under: string;
        };
        StrategyStint: {
            /** Format: int64 */
            age: number | null;
            /** Format: int64 */
            clean_laps: number;
            compound: string | null;
            /** Format: int64 */
            corrected_ms: number | null;
            /** Format: int64 */
            lap_end: number;
            /** Format: int64 */
            lap_start: number;
            /** Format: int64 */
            median_ms: number | null;
            /** Format: int64 */
            spread_ms: number | null;
            wear: components["schemas"]["Estimate"] | null;
        };
        StrategyThreat: {
            /** Format: int64 */
            driver_number: number;
            /** Format: int64 */
            gain_ms: number;
            /** Format: int64 */
            gap_ms: number;
            /** Format: int64 */
            spread_ms: number;
        };
        StrategyUndercut: {
            /** Format: int64 */
            first: number;
            /** Format: int64 */
            first_lap: number;
            /** Format: int64 */
            forecast_ms: number | null;
            /** Format: int64 */
            forecast_spread_ms: number | null;
            /** Format: int64 */
            gap_after_ms: number;
            /** Format: int64 */
            gap_before_ms: number;
            /** Format: int64 */
            in_lap_ms: number | null;
            kind: string;
            /** Format: int64 */
            out_lap_ms: number | null;
            /** Format: int64 */
            second: number;
            /** Format: int64 */
            second_lap: number;
            /** Format: int64 */
            stop_ms: number | null;
            /** Format: int64 */
            traffic_ms: number | null;
            /** Format: int64 */
            tyre_pace_ms: number | null;
            under: string;
            worked: boolean;
        };
        StrategyWear: {
            /** Format: int64 */
            laps: number;
            offset: components["schemas"]["Estimate"];
            /** Format: int64 */
            oldest: number;
            wear: components["schemas"]["Estimate"];
        };
        StrategyWindow: {
            /** Format: int64 */
            earliest: number;
            /** Format: int64 */
            latest: number;
            next: string | null;
            /** Format: int64 */
            stops: number;
        };
        TeamRadioPage: {
            data: components["schemas"]["TeamRadioRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Published radio messages */
        TeamRadioRow: {
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /** @example x */
            path?: string | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
        };
        TelemetryPage: {
            data: components["schemas"]["TelemetryRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Samples of the car channels, some four a second */
        TelemetryRow: {
            /**
             * Format: int64
             * @example 1
             */
            brake?: number | null;
            /**
             * Format: int64
             * @example 44
             */
            driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            drs?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            gear?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            rpm?: number | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description km/h
             * @example 1
             */
            speed_kmh?: number | null;
            /**
             * Format: int64
             * @description Percent
             * @example 1
             */
            throttle_pct?: number | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
        };
        Timeline: {
            end: string | null;
            laps: components["schemas"]["TimelineLap"][];
            periods: components["schemas"]["TimelinePeriod"][];
            session_key: string;
            start: string | null;
        };
        TimelineLap: {
            /** Format: int64 */
            lap: number;
            time: string;
        };
        TimelinePeriod: {
            from: string;
            status: string;
            to: string;
        };
        TopicQuality: {
            last: string | null;
            /** Format: int64 */
            messages: number;
            stale: boolean;
        };
        Track: {
            message: string | null;
            sectors: {
                [key: string]: string;
            };
            since: string | null;
            status: string | null;
        };
        TrackStatusPage: {
            data: components["schemas"]["TrackStatusRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Changes of the track's state */
        TrackStatusRow: {
            /** @example x */
            message?: string | null;
            /** @example 9574 */
            session_key?: string;
            /** @example clear */
            status?: string | null;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
        };
        UndercutsPage: {
            data: components["schemas"]["UndercutsRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description The ledger of under- and overcuts */
        UndercutsRow: {
            /**
             * Format: int64
             * @example 1
             */
            first_driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            first_lap_number?: number;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            forecast_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            forecast_spread_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_after_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            gap_before_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            in_lap_ms?: number | null;
            /** @example undercut */
            kind?: string | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            out_lap_ms?: number | null;
            /**
             * Format: int64
             * @example 1
             */
            second_driver_number?: number;
            /**
             * Format: int64
             * @example 1
             */
            second_lap_number?: number;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            stop_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            traffic_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds
             * @example 1
             */
            tyre_pace_ms?: number | null;
            /** @example green */
            under?: string | null;
            /** @example true */
            worked?: boolean | null;
        };
        Value: {
            mark: string;
            /** Format: int64 */
            ms: number | null;
        };
        View: {
            /** Format: int64 */
            behind_ms: number;
            clock: string;
            paused: boolean;
            seekable: boolean;
            /** Format: double */
            speed: number;
        };
        Weather: {
            /** Format: double */
            air_c: number | null;
            /** Format: double */
            humidity_pct: number | null;
            /** Format: double */
            pressure_hpa: number | null;
            rainfall: boolean | null;
            time: string;
            /** Format: double */
            track_c: number | null;
            /** Format: int64 */
            wind_deg: number | null;
            /** Format: double */
            wind_ms: number | null;
        };
        WeatherPage: {
            data: components["schemas"]["WeatherRow"][];
            /** @description cursor of the next page, null on the last one */
            next_cursor: string | null;
        };
        /** @description Weather reports */
        WeatherRow: {
            /**
             * Format: double
             * @description Degrees Celsius
             * @example 1.5
             */
            air_c?: number | null;
            /**
             * Format: double
             * @description Percent
             * @example 1.5
             */
            humidity_pct?: number | null;
            /**
             * Format: double
             * @description hPa
             * @example 1.5
             */
            pressure_hpa?: number | null;
            /** @example true */
            rainfall?: boolean | null;
            /** @example 9574 */
            session_key?: string;
            /**
             * Format: date-time
             * @description UTC, to the millisecond
             * @example 2018-04-29T12:30:00.000Z
             */
            time?: string;
            /**
             * Format: double
             * @description Degrees Celsius
             * @example 1.5
             */
            track_c?: number | null;
            /**
             * Format: int64
             * @description Degrees from north, where it comes from
             * @example 1
             */
            wind_deg?: number | null;
            /**
             * Format: double
             * @description Metres a second
             * @example 1.5
             */
            wind_ms?: number | null;
        };
        Why: {
            event: components["schemas"]["Event"];
            holds: boolean;
            messages: components["schemas"]["Cited"][];
            problem: string | null;
            rule: string;
            versions: components["schemas"]["Event"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "list-questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Questions"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-circuit-records": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
                /**
                 * @description Type of session
                 * @example qualifying
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerCircuitRecordsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-corner-speeds": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Only the driver with this code
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the lap a number or fastest. Without it the best lap of every driver in every session that the other arguments leave
                 * @example 9839/NOR:fastest,9839/1:12
                 */
                laps?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description Only this session
                 * @example 9839
                 */
                session_key?: string;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
                /**
                 * @description Type of session; any when absent
                 * @example qualifying
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerCornerSpeedsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-degradation": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description What a lap's fuel costs
                 * @example 55
                 */
                fuel_ms?: number;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerDegradationPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-pace-by-compound": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerPaceByCompoundPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-pace-by-stint": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Only the driver with this code
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description Only this session
                 * @example 9839
                 */
                session_key?: string;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerPaceByStintPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-pit-lane": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerPitLanePage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-safety-cars": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerSafetyCarsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-sector-dominance": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
                /**
                 * @description Type of session; any when absent
                 * @example qualifying
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerSectorDominancePage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-starts": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Only the driver with this code
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerStartsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-straight-speeds": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Only the driver with this code
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the lap a number or fastest. Without it the best lap of every driver in every session that the other arguments leave
                 * @example 9839/NOR:fastest,9839/1:12
                 */
                laps?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description Only this session
                 * @example 9839
                 */
                session_key?: string;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
                /**
                 * @description Type of session; any when absent
                 * @example qualifying
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerStraightSpeedsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-teammates": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
                /**
                 * @description Only this team
                 * @example Ferrari
                 */
                team?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerTeammatesPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-telemetry-by-driver": {
        parameters: {
            query?: {
                /**
                 * @description Only this circuit
                 * @example monza
                 */
                circuit_id?: string;
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Only the driver with this code
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description First season; any when absent
                 * @example 2021
                 */
                season_from?: number;
                /**
                 * @description Last season; any when absent
                 * @example 2023
                 */
                season_to?: number;
                /**
                 * @description Only this session
                 * @example 9839
                 */
                session_key?: string;
                /**
                 * @description 1: of the simulator's sessions alone; 0: of the real ones
                 * @example 0
                 */
                simulated?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerTelemetryByDriverPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "ask-telemetry-overlay": {
        parameters: {
            query: {
                /**
                 * @description As it can be known at a clock: live-30, c_...; the process's own replay bounds it too
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Metres between two points
                 * @example 25
                 */
                every_m?: number;
                /**
                 * @description These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the lap a number or fastest. Without it the best lap of every driver in every session that the other arguments leave
                 * @example 9839/NOR:fastest,9839/1:12
                 */
                laps: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerTelemetryOverlayPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-circuits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Circuits"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "create-clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClock"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockState"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-clock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Clock id, or default for the process's own */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockState"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "delete-clock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Clock id, or default for the process's own */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "change-clock": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Clock id, or default for the process's own */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClockWish"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockState"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-constructors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Constructors"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-all-drivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriverList"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /**
                 * @description Of its session, only what is known at a clock: live-30, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description At most so many
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description Words, all of which are found
                 * @example hamilton baku
                 */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hits"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-races": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Year
                 * @example 2018
                 */
                season: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Races"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-standings": {
        parameters: {
            query?: {
                /**
                 * @description With this round and those before; all when absent
                 * @example 4
                 */
                after_round?: number;
                /**
                 * @description As it can be known at a clock: live-30, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Of the simulator's sessions alone; without, of the real ones
                 * @example false
                 */
                simulated?: "false" | "true";
            };
            header?: never;
            path: {
                /**
                 * @description Year
                 * @example 2018
                 */
                season: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Standings"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-sessions": {
        parameters: {
            query?: {
                /**
                 * @description At this circuit
                 * @example baku
                 */
                circuit_id?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description In which the driver with this code took part
                 * @example HAM
                 */
                driver?: string;
                /**
                 * @description Stored sessions of a page
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Of this round
                 * @example 4
                 */
                round?: number;
                /**
                 * @description Of this season
                 * @example 2018
                 */
                season?: number;
                /**
                 * @description Of this type
                 * @example race
                 */
                type?: "practice_1" | "practice_2" | "practice_3" | "qualifying" | "sprint_qualifying" | "sprint" | "race";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-session": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDetail"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-board": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Board"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-circuit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Session key, readable name (azerbaijan_2018_race) or latest */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Circuit"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-consistency": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "spread_ms"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "laps" | "spread_ms")[];
                /**
                 * @description Rows with one of these in laps
                 * @example 1
                 */
                laps?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-degradation": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in compound
                 * @example MEDIUM
                 */
                compound?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "fuel_spread_s"
                 *     ]
                 */
                fields?: ("session_key" | "compound" | "wear_s_per_lap" | "wear_spread_s" | "offset_s" | "offset_spread_s" | "laps" | "oldest_laps" | "fuel_s_per_lap" | "fuel_spread_s")[];
                /**
                 * @description Rows with one of these in laps
                 * @example 1
                 */
                laps?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in oldest_laps
                 * @example 1
                 */
                oldest_laps?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DegradationPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-drivers": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in country
                 * @example x
                 */
                country?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "country"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "tla" | "first_name" | "last_name" | "team" | "team_colour" | "line" | "country")[];
                /**
                 * @description Rows with one of these in first_name
                 * @example x
                 */
                first_name?: string[];
                /**
                 * @description Rows with one of these in last_name
                 * @example x
                 */
                last_name?: string[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in line
                 * @example 1
                 */
                line?: number[];
                /**
                 * @description Rows with one of these in team
                 * @example Mercedes
                 */
                team?: string[];
                /**
                 * @description Rows with one of these in team_colour
                 * @example x
                 */
                team_colour?: string[];
                /**
                 * @description Rows with one of these in tla
                 * @example HAM
                 */
                tla?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriversPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-events": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in count_from
                 * @example 1
                 */
                count_from?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in count_of
                 * @example x
                 */
                count_of?: string[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in count_to
                 * @example 1
                 */
                count_to?: number[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number; JSON takes one, also as the other car
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in event_id
                 * @example e12
                 */
                event_id?: string[];
                /**
                 * @description CSV, JSON lines and Parquet only. Only these columns, in this order
                 * @example [
                 *       "count_of"
                 *     ]
                 */
                fields?: ("session_key" | "event_id" | "time" | "lap_number" | "kind" | "priority" | "driver_number" | "other_driver_number" | "position_from" | "position_to" | "value" | "detail" | "status" | "supersedes" | "evidence" | "known" | "version" | "driver_numbers" | "offset" | "count_from" | "count_to" | "count_of")[];
                /**
                 * @description A kind, or the beginning of some
                 * @example overtake.
                 */
                kind?: string;
                /**
                 * @description CSV, JSON lines and Parquet only. From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Events of a page: 500 without it and 5000 at the most in JSON; the other formats are the whole table without it
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in offset
                 * @example 1
                 */
                offset?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in other_driver_number
                 * @example 1
                 */
                other_driver_number?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in position_from
                 * @example 1
                 */
                position_from?: number[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in position_to
                 * @example 1
                 */
                position_to?: number[];
                /**
                 * @description This priority and above; P0 is the highest
                 * @example P3
                 */
                priority?: "P3" | "P0" | "P1" | "P2";
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in status
                 * @example clear
                 */
                status?: string[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in supersedes
                 * @example x
                 */
                supersedes?: string[];
                /**
                 * @description CSV, JSON lines and Parquet only. Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description CSV, JSON lines and Parquet only. Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
                /**
                 * @description CSV, JSON lines and Parquet only. Rows with one of these in version
                 * @example 1
                 */
                version?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-event-why": {
        parameters: {
            query?: {
                /** @description A clock: live, live-30, default, c_... */
                clock?: string;
            };
            header?: never;
            path: {
                /** @description event_id */
                event: string;
                /** @description Session key, readable name (azerbaijan_2018_race) or latest */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-gap-history": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "in_traffic"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "lap_number" | "time" | "position" | "gap_to_leader_ms" | "interval_ms" | "is_clean" | "in_traffic")[];
                /**
                 * @description Rows with one of these in in_traffic
                 * @example true
                 */
                in_traffic?: boolean[];
                /**
                 * @description Rows with one of these in is_clean
                 * @example true
                 */
                is_clean?: boolean[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in position
                 * @example 1
                 */
                position?: number[];
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GapHistoryPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-ideal-laps": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "laps"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "part" | "s1_ms" | "s2_ms" | "s3_ms" | "ideal_ms" | "best_ms" | "laps")[];
                /**
                 * @description Rows with one of these in laps
                 * @example 1
                 */
                laps?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in part
                 * @example 1
                 */
                part?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdealLapsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-intervals": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "laps_down"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "time" | "gap_to_leader_ms" | "interval_ms" | "laps_down")[];
                /**
                 * @description Rows with one of these in laps_down
                 * @example 1
                 */
                laps_down?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntervalsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-lap-telemetry": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "gear_changes"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "lap_number" | "samples" | "speed_max_kmh" | "speed_min_kmh" | "speed_mean_kmh" | "rpm_max" | "full_throttle_pct" | "braking_pct" | "drs_open_pct" | "gear_changes")[];
                /**
                 * @description Rows with one of these in gear_changes
                 * @example 1
                 */
                gear_changes?: number[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in rpm_max
                 * @example 1
                 */
                rpm_max?: number[];
                /**
                 * @description Rows with one of these in samples
                 * @example 1
                 */
                samples?: number[];
                /**
                 * @description Rows with one of these in speed_max_kmh
                 * @example 1
                 */
                speed_max_kmh?: number[];
                /**
                 * @description Rows with one of these in speed_min_kmh
                 * @example 1
                 */
                speed_min_kmh?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LapTelemetryPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-laps": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in compound
                 * @example MEDIUM
                 */
                compound?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in deleted
                 * @example true
                 */
                deleted?: boolean[];
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "is_accurate"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "lap_number" | "date_start" | "lap_time_ms" | "s1_ms" | "s2_ms" | "s3_ms" | "speed_i1_kmh" | "speed_i2_kmh" | "speed_fl_kmh" | "speed_st_kmh" | "stint_number" | "compound" | "tyre_age_laps" | "fresh_tyre" | "position" | "gap_to_leader_ms" | "interval_ms" | "laps_down" | "in_pit_at_start" | "pit_in_time" | "pit_out_time" | "is_personal_best" | "deleted" | "deleted_reason" | "track_status" | "is_accurate")[];
                /**
                 * @description Rows with one of these in fresh_tyre
                 * @example true
                 */
                fresh_tyre?: boolean[];
                /**
                 * @description Rows with one of these in in_pit_at_start
                 * @example true
                 */
                in_pit_at_start?: boolean[];
                /**
                 * @description Rows with one of these in is_accurate
                 * @example true
                 */
                is_accurate?: boolean[];
                /**
                 * @description Rows with one of these in is_personal_best
                 * @example true
                 */
                is_personal_best?: boolean[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows with one of these in laps_down
                 * @example 1
                 */
                laps_down?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in position
                 * @example 1
                 */
                position?: number[];
                /**
                 * @description Rows with one of these in speed_fl_kmh
                 * @example 1
                 */
                speed_fl_kmh?: number[];
                /**
                 * @description Rows with one of these in speed_i1_kmh
                 * @example 1
                 */
                speed_i1_kmh?: number[];
                /**
                 * @description Rows with one of these in speed_i2_kmh
                 * @example 1
                 */
                speed_i2_kmh?: number[];
                /**
                 * @description Rows with one of these in speed_st_kmh
                 * @example 1
                 */
                speed_st_kmh?: number[];
                /**
                 * @description Rows with one of these in stint_number
                 * @example 2
                 */
                stint_number?: number[];
                /**
                 * @description Rows whose date_start is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose date_start is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
                /**
                 * @description Rows with one of these in track_status
                 * @example 1
                 */
                track_status?: string[];
                /**
                 * @description Rows with one of these in tyre_age_laps
                 * @example 7
                 */
                tyre_age_laps?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LapsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-locations": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "on_track"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "time" | "x_m" | "y_m" | "z_m" | "on_track")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-pit-loss": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "prior_stops"
                 *     ]
                 */
                fields?: ("session_key" | "under" | "median_ms" | "low_ms" | "high_ms" | "stops" | "prior_stops")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in prior_stops
                 * @example 1
                 */
                prior_stops?: number[];
                /**
                 * @description Rows with one of these in stops
                 * @example 1
                 */
                stops?: number[];
                /**
                 * @description Rows with one of these in under
                 * @example green
                 */
                under?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PitLossPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-pit-stops": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in compound_from
                 * @example x
                 */
                compound_from?: string[];
                /**
                 * @description Rows with one of these in compound_to
                 * @example x
                 */
                compound_to?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "under"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "stop_number" | "lap_number" | "pit_in_time" | "pit_out_time" | "pit_lane_ms" | "stationary_ms" | "compound_from" | "compound_to" | "under")[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in stop_number
                 * @example 1
                 */
                stop_number?: number[];
                /**
                 * @description Rows whose pit_in_time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose pit_in_time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
                /**
                 * @description Rows with one of these in under
                 * @example green
                 */
                under?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PitStopsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-positions": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "position"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "time" | "position")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in position
                 * @example 1
                 */
                position?: number[];
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-race-control": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description Rows with one of these in category
                 * @example Flag
                 */
                category?: string[];
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "message"
                 *     ]
                 */
                fields?: ("session_key" | "message_id" | "time" | "lap_number" | "category" | "flag" | "scope" | "sector" | "driver_number" | "message")[];
                /**
                 * @description Rows with one of these in flag
                 * @example YELLOW
                 */
                flag?: string[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in message_id
                 * @example 3
                 */
                message_id?: number[];
                /**
                 * @description Rows with one of these in scope
                 * @example Track
                 */
                scope?: string[];
                /**
                 * @description Rows with one of these in sector
                 * @example 1
                 */
                sector?: number[];
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RaceControlPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-rejoin": {
        parameters: {
            query?: {
                /**
                 * @description Rows with one of these in actual_position
                 * @example 1
                 */
                actual_position?: number[];
                /**
                 * @description Rows with one of these in ahead_driver_number
                 * @example 1
                 */
                ahead_driver_number?: number[];
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description Rows with one of these in behind_driver_number
                 * @example 1
                 */
                behind_driver_number?: number[];
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "actual_position"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "lap_number" | "out_lap" | "under" | "pit_loss_ms" | "position" | "position_low" | "position_high" | "ahead_driver_number" | "gap_ahead_ms" | "behind_driver_number" | "gap_behind_ms" | "traffic" | "actual_position")[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in out_lap
                 * @example 1
                 */
                out_lap?: number[];
                /**
                 * @description Rows with one of these in position
                 * @example 1
                 */
                position?: number[];
                /**
                 * @description Rows with one of these in position_high
                 * @example 1
                 */
                position_high?: number[];
                /**
                 * @description Rows with one of these in position_low
                 * @example 1
                 */
                position_low?: number[];
                /**
                 * @description Rows with one of these in traffic
                 * @example x
                 */
                traffic?: string[];
                /**
                 * @description Rows with one of these in under
                 * @example green
                 */
                under?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejoinPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-results": {
        parameters: {
            query?: {
                /**
                 * @description The version that was known at this time of the world
                 * @example 2026-12-01T00:00:00Z
                 */
                as_known_on?: string;
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description Rows with one of these in classified
                 * @example true
                 */
                classified?: boolean[];
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "laps_down"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "position" | "classified" | "status" | "grid" | "points" | "laps_completed" | "time_ms" | "gap_ms" | "laps_down")[];
                /**
                 * @description Rows with one of these in grid
                 * @example 1
                 */
                grid?: number[];
                /**
                 * @description Rows with one of these in laps_completed
                 * @example 1
                 */
                laps_completed?: number[];
                /**
                 * @description Rows with one of these in laps_down
                 * @example 1
                 */
                laps_down?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in position
                 * @example 1
                 */
                position?: number[];
                /**
                 * @description Rows with one of these in status
                 * @example clear
                 */
                status?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResultsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-result-versions": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResultVersions"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-stint-pace": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description Rows with one of these in clean_laps
                 * @example 1
                 */
                clean_laps?: number[];
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in compound
                 * @example MEDIUM
                 */
                compound?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "wear_spread_s"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "stint_number" | "compound" | "lap_start" | "lap_end" | "tyre_age_laps" | "clean_laps" | "median_ms" | "corrected_ms" | "spread_ms" | "wear_s_per_lap" | "wear_spread_s")[];
                /**
                 * @description Rows with one of these in lap_end
                 * @example 1
                 */
                lap_end?: number[];
                /**
                 * @description Rows with one of these in lap_start
                 * @example 1
                 */
                lap_start?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in stint_number
                 * @example 2
                 */
                stint_number?: number[];
                /**
                 * @description Rows with one of these in tyre_age_laps
                 * @example 7
                 */
                tyre_age_laps?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StintPacePage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-stints": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description Rows with one of these in compound
                 * @example MEDIUM
                 */
                compound?: string[];
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "fresh_tyre"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "stint_number" | "compound" | "lap_start" | "lap_end" | "tyre_age_at_start" | "fresh_tyre")[];
                /**
                 * @description Rows with one of these in fresh_tyre
                 * @example true
                 */
                fresh_tyre?: boolean[];
                /**
                 * @description Rows with one of these in lap_end
                 * @example 1
                 */
                lap_end?: number[];
                /**
                 * @description Rows with one of these in lap_start
                 * @example 1
                 */
                lap_start?: number[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in stint_number
                 * @example 2
                 */
                stint_number?: number[];
                /**
                 * @description Rows with one of these in tyre_age_at_start
                 * @example 1
                 */
                tyre_age_at_start?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StintsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-stop-losses": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "pit_lane_ms"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "lap_number" | "under" | "loss_ms" | "pit_lane_ms")[];
                /**
                 * @description From this lap on
                 * @example 10
                 */
                lap_from?: number;
                /**
                 * @description Rows with one of these in lap_number
                 * @example 12
                 */
                lap_number?: number[];
                /**
                 * @description To this lap, with it
                 * @example 20
                 */
                lap_to?: number;
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in under
                 * @example green
                 */
                under?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StopLossesPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-strategy": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Strategy"];
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-team-radio": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "path"
                 *     ]
                 */
                fields?: ("session_key" | "time" | "driver_number" | "path")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamRadioPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-telemetry": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Rows with one of these in driver_number
                 * @example 44
                 */
                driver_number?: number[];
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "drs"
                 *     ]
                 */
                fields?: ("session_key" | "driver_number" | "time" | "speed_kmh" | "rpm" | "gear" | "throttle_pct" | "brake" | "drs")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelemetryPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "compare-laps": {
        parameters: {
            query: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description The axis
                 * @example distance
                 */
                by?: "distance" | "time" | "sample";
                /**
                 * @description Which channels; all when absent
                 * @example [
                 *       "speed_kmh",
                 *       "throttle_pct"
                 *     ]
                 */
                channels?: ("speed_kmh" | "rpm" | "gear" | "throttle_pct" | "brake" | "drs")[];
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /**
                 * @description The lap that the others are compared with, by distance
                 * @example 44:2
                 */
                delta_to?: string;
                /**
                 * @description Metres between two points by distance; 10 when absent
                 * @example 10
                 */
                every?: number;
                /**
                 * @description Laps: driver_number:lap_number or driver_number:fastest, of another session with its name and / before
                 * @example [
                 *       "44:2",
                 *       "1:2"
                 *     ]
                 */
                laps: string[];
                /**
                 * @description Points of a lap by time; 500 when absent
                 * @example 500
                 */
                points?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparedLaps"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "get-timeline": {
        parameters: {
            query?: {
                /** @description What is known at this clock: live-30, c_...; the whole session when absent */
                clock?: string;
            };
            header?: never;
            path: {
                /** @description Session key, readable name (azerbaijan_2018_race) or latest */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-track-status": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "message"
                 *     ]
                 */
                fields?: ("session_key" | "time" | "status" | "message")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in status
                 * @example clear
                 */
                status?: string[];
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackStatusPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-undercuts": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "worked"
                 *     ]
                 */
                fields?: ("session_key" | "first_driver_number" | "first_lap_number" | "second_driver_number" | "second_lap_number" | "kind" | "under" | "gap_before_ms" | "gap_after_ms" | "forecast_ms" | "forecast_spread_ms" | "stop_ms" | "in_lap_ms" | "out_lap_ms" | "tyre_pace_ms" | "traffic_ms" | "worked")[];
                /**
                 * @description Rows with one of these in first_driver_number
                 * @example 1
                 */
                first_driver_number?: number[];
                /**
                 * @description Rows with one of these in first_lap_number
                 * @example 1
                 */
                first_lap_number?: number[];
                /**
                 * @description Rows with one of these in kind
                 * @example undercut
                 */
                kind?: string[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in second_driver_number
                 * @example 1
                 */
                second_driver_number?: number[];
                /**
                 * @description Rows with one of these in second_lap_number
                 * @example 1
                 */
                second_lap_number?: number[];
                /**
                 * @description Rows with one of these in under
                 * @example green
                 */
                under?: string[];
                /**
                 * @description Rows with one of these in worked
                 * @example true
                 */
                worked?: boolean[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndercutsPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
    "list-weather": {
        parameters: {
            query?: {
                /**
                 * @description As it stood at this session time; now when absent
                 * @example 2018-04-29T12:30:00Z
                 */
                at?: string;
                /**
                 * @description As it stood when the leader began this lap
                 * @example 2
                 */
                at_lap?: number;
                /**
                 * @description As it is known at a clock: live, live-30, default, c_...
                 * @example live
                 */
                clock?: string;
                /** @description next_cursor of the page before */
                cursor?: string;
                /**
                 * @description Only these columns, in this order
                 * @example [
                 *       "rainfall"
                 *     ]
                 */
                fields?: ("session_key" | "time" | "air_c" | "track_c" | "humidity_pct" | "pressure_hpa" | "wind_ms" | "wind_deg" | "rainfall")[];
                /**
                 * @description Rows of a page; without it a JSON page has 1000 and the other formats are the whole table
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description Rows with one of these in rainfall
                 * @example true
                 */
                rainfall?: boolean[];
                /**
                 * @description Rows whose time is not before it
                 * @example 2018-04-29T12:30:00Z
                 */
                time_from?: string;
                /**
                 * @description Rows whose time is before it
                 * @example 2018-04-29T12:40:00Z
                 */
                time_to?: string;
                /**
                 * @description Rows with one of these in wind_deg
                 * @example 1
                 */
                wind_deg?: number[];
            };
            header?: never;
            path: {
                /**
                 * @description Session key, readable name (azerbaijan_2018_race) or latest
                 * @example latest
                 */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description How long it may be kept */
                    "Cache-Control"?: string;
                    /** @description Names this answer; send it as If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeatherPage"];
                    "application/vnd.apache.parquet": string;
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description Not Modified: If-None-Match names the answer */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Request URI Too Long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
            /** @description Gateway Timeout */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ErrorModel"];
                };
            };
        };
    };
}
